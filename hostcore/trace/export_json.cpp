// SPDX-License-Identifier: GPL-2.0-or-later
// A JSON object on each line, so that the file can be cut anywhere.
#include "inspect/event_json.h"
#include "trace/export_writer.h"

namespace lg {

namespace {

using Json = nlohmann::ordered_json;

class JsonLinesWriter : public ExportWriter {
public:
    JsonLinesWriter(ExportFile file, std::shared_ptr<const SymbolTable> symbols)
        : file_(std::move(file)), symbols_(std::move(symbols)) {}

    void event(uint64_t number, const lg_event &event) override {
        line(eventJson(number, event, *symbols_));
    }
    void console(const TraceConsole &piece) override {
        line({{"tsc", piece.tsc}, {"console", std::string(textOf(piece.bytes))}});
    }
    void loss(const TraceLoss &loss, uint64_t tsc) override {
        line({{"tsc", tsc}, {"vcpu", loss.vcpu}, {"lost", loss.count}});
    }
    Result<void> end() override { return file_.end(); }

private:
    void line(const Json &json) { std::fprintf(file_.get(), "%s\n", jsonLine(json).c_str()); }

    ExportFile file_;
    std::shared_ptr<const SymbolTable> symbols_;
};

} // namespace

MadeWriter jsonLinesWriter(const ExportTask &task) {
    auto file = ExportFile::open(task.path);
    if (!file)
        return file.error();
    return std::unique_ptr<ExportWriter>(
        std::make_unique<JsonLinesWriter>(std::move(*file), task.symbols));
}

} // namespace lg
