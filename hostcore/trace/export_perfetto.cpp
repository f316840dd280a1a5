// SPDX-License-Identifier: GPL-2.0-or-later
// The JSON form of trace events, which Perfetto opens (ui.perfetto.dev) and trace_processor too.
#include "base/text.h"
#include "inspect/describe.h"
#include "trace/export_writer.h"

#include <deque>
#include <map>
#include <nlohmann/json.hpp>

namespace lg {

namespace {

// Escapes what JSON wants escaped, and turns what is no UTF-8 into the replacement character.
std::string jsonText(const std::string &text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

class PerfettoWriter : public ExportWriter {
public:
    PerfettoWriter(ExportFile file, const ExportTask &task)
        : file_(std::move(file)), out_(file_.get()), clock_(task.clock), symbols_(task.symbols) {
        const auto &meta = task.meta;
        std::fprintf(out_,
                     "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"image\":%s,\"host\":%s},"
                     "\"traceEvents\":[\n",
                     jsonText(meta.image).c_str(), jsonText(meta.host).c_str());
        std::fprintf(out_,
                     "{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":%s}}",
                     jsonText(meta.guest.empty() ? "Guest" : meta.guest).c_str());
        nameThread(kConsoleThread, "console");
    }

    void event(uint64_t number, const lg_event &e) override {
        if (e.vcpu >= named_) {
            for (; named_ <= e.vcpu; ++named_)
                nameThread(kFirstVcpuThread + named_, textf("vCPU %u", named_));
        }
        auto kind = std::string(kindName(e.kind));
        auto code = codeText(e);
        begin(
            e.vcpu,
            {e.tsc, e.tsc + e.duration,
             textf("\"cat\":%s,\"name\":%s,\"args\":{\"number\":%llu,\"took_us\":%.3f,\"text\":%s,"
                   "\"ring\":%u,\"eip\":%s}",
                   jsonText(kind).c_str(), jsonText(code.empty() ? kind : code).c_str(),
                   static_cast<unsigned long long>(number), clock_.length(e),
                   jsonText(detailText(e, symbols_.get())).c_str(), ringOf(e),
                   jsonText(addressText(e.regs.eip, symbols_.get())).c_str())});
    }

    void console(const TraceConsole &piece) override {
        instant(kConsoleThread, piece.tsc, "console", std::string(textOf(piece.bytes)));
    }

    void loss(const TraceLoss &loss, uint64_t tsc) override {
        instant(kFirstVcpuThread + loss.vcpu, tsc, "lost",
                textf("%llu events", static_cast<unsigned long long>(loss.count)));
    }

    Result<void> end() override {
        for (auto &[vcpu, open] : open_)
            for (; !open.empty(); open.pop_back())
                print(vcpu, open.back());
        std::fputs("\n]}\n", out_);
        return file_.end();
    }

private:
    static constexpr unsigned kConsoleThread = 1, kFirstVcpuThread = 2;

    void nameThread(unsigned thread, const std::string &name) {
        std::fprintf(out_,
                     ",\n{\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"name\":\"thread_name\","
                     "\"args\":{\"name\":%s}}",
                     thread, jsonText(name).c_str());
    }

    // Perfetto leaves out what is neither inside of what is open nor behind it. Where two events
    // run into each other, the shorter end gives way: that of a HALT whose rest was already the
    // wait, or that of a SET_PTE's change whose clock was read a little later than the hypercall's.
    // How long each really took is among its arguments.
    struct Slice {
        uint64_t begin, end; // ticks
        std::string rest;    // of its line
    };
    static constexpr size_t kDeepest = 256;

    void begin(uint32_t vcpu, Slice slice) {
        auto &open = open_[vcpu];
        for (; !open.empty(); open.pop_back()) {
            Slice &outer = open.back();
            if (outer.end > slice.begin) {
                if (slice.end <= outer.end)
                    break;
                if (outer.begin > slice.begin || outer.end - slice.begin >= slice.end - outer.end) {
                    slice.end = outer.end;
                    break;
                }
                outer.end = slice.begin;
            }
            print(vcpu, outer);
        }
        if (open.size() == kDeepest) { // no Guest does that
            print(vcpu, open.front());
            open.pop_front();
        }
        open.push_back(std::move(slice));
    }

    void print(uint32_t vcpu, const Slice &slice) {
        std::fprintf(out_, ",\n{\"ph\":\"X\",\"pid\":1,\"tid\":%u,\"ts\":%.3f,\"dur\":%.3f,%s}",
                     kFirstVcpuThread + vcpu, clock_.at(slice.begin),
                     clock_.at(slice.end) - clock_.at(slice.begin), slice.rest.c_str());
    }

    void instant(unsigned thread, uint64_t tsc, const char *name, const std::string &text) {
        std::fprintf(
            out_,
            ",\n{\"ph\":\"i\",\"s\":\"t\",\"pid\":1,\"tid\":%u,\"ts\":%.3f,\"name\":\"%s\","
            "\"args\":{\"text\":%s}}",
            thread, clock_.at(tsc), name, jsonText(text).c_str());
    }

    ExportFile file_;
    FILE *out_;
    ExportClock clock_;
    std::shared_ptr<const SymbolTable> symbols_;
    unsigned named_ = 0;
    std::map<uint32_t, std::deque<Slice>> open_; // of each vCPU, the innermost last
};

} // namespace

MadeWriter perfettoWriter(const ExportTask &task) {
    auto file = ExportFile::open(task.path);
    if (!file)
        return file.error();
    return std::unique_ptr<ExportWriter>(std::make_unique<PerfettoWriter>(std::move(*file), task));
}

} // namespace lg
