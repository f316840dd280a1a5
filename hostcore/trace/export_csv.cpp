// SPDX-License-Identifier: GPL-2.0-or-later
// A table, a row for each event.
#include "inspect/describe.h"
#include "trace/export_writer.h"

namespace lg {

namespace {

class CsvWriter : public ExportWriter {
public:
    CsvWriter(ExportFile file, const ExportTask &task)
        : file_(std::move(file)), out_(file_.get()), clock_(task.clock), symbols_(task.symbols) {
        std::fputs("number,seq,vcpu,tsc,time_us,duration_us,kind,code,name,ring,eip,symbol,"
                   "eax,ebx,ecx,edx,esi,edi,ebp,esp,eflags,cr2,cr3,errcode,"
                   "detail0,detail1,detail2,detail3,detail4,detail5,text\n",
                   out_);
    }

    void event(uint64_t number, const lg_event &e) override {
        const auto &r = e.regs;
        std::fprintf(out_, "%llu,%llu,%u,%llu,%.3f,%.3f,%s,%u,%s,%u,0x%08x,%s,",
                     static_cast<unsigned long long>(number),
                     static_cast<unsigned long long>(e.seq), e.vcpu,
                     static_cast<unsigned long long>(e.tsc), clock_.at(e.tsc), clock_.length(e),
                     cell(std::string(kindName(e.kind))).c_str(), e.code, cell(codeText(e)).c_str(),
                     ringOf(e), r.eip, cell(symbols_->text(r.eip)).c_str());
        for (uint32_t value : {r.eax, r.ebx, r.ecx, r.edx, r.esi, r.edi, r.ebp, r.esp, r.eflags,
                               r.cr2, r.cr3, e.errcode, e.detail[0], e.detail[1], e.detail[2],
                               e.detail[3], e.detail[4], e.detail[5]})
            std::fprintf(out_, "0x%x,", value);
        std::fprintf(out_, "%s\n", cell(detailText(e, symbols_.get())).c_str());
    }

    Result<void> end() override { return file_.end(); }

private:
    // RFC 4180: a quote is doubled.
    static std::string cell(const std::string &text) {
        if (text.find_first_of(",\"\r\n") == std::string::npos)
            return text;
        std::string quotedText = "\"";
        for (char c : text)
            quotedText += c == '"' ? std::string("\"\"") : std::string(1, c);
        return quotedText + "\"";
    }

    ExportFile file_;
    FILE *out_;
    ExportClock clock_;
    std::shared_ptr<const SymbolTable> symbols_;
};

} // namespace

MadeWriter csvWriter(const ExportTask &task) {
    auto file = ExportFile::open(task.path);
    if (!file)
        return file.error();
    return std::unique_ptr<ExportWriter>(std::make_unique<CsvWriter>(std::move(*file), task));
}

} // namespace lg
