// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/export.h"

#include "base/text.h"
#include "inspect/describe.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace lg {

namespace {

// Escapes what JSON wants escaped, and turns what is no UTF-8 into the replacement character.
std::string jsonText(const std::string &text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

class Writer {
public:
    virtual ~Writer() = default;
    virtual void begin() = 0;
    virtual void event(uint64_t number, const lg_event &event) = 0;
    virtual void console(const TraceConsole &) {}
    virtual void loss(const TraceLoss &, uint64_t /*tsc*/) {}
    virtual void end() {}
};

// Time in microseconds since the recording's first event; ticks are taken for nanoseconds when
// the Host's clock rate is not known.
class Clock {
public:
    Clock(const TraceMeta &meta, uint64_t first)
        : first_(first), ticksPerUs_(meta.tscKhz ? meta.tscKhz / 1e3 : 1e3) {}
    // Whole nanoseconds: events that end together must still do so when they are printed, or they
    // are no longer one inside the other.
    double at(uint64_t tsc) const {
        return std::floor((double(tsc) - double(first_)) * 1e3 / ticksPerUs_) / 1e3;
    }
    double length(const lg_event &e) const { return at(e.tsc + e.duration) - at(e.tsc); }

private:
    uint64_t first_;
    double ticksPerUs_;
};

class CsvWriter : public Writer {
public:
    CsvWriter(FILE *out, Clock clock, const SymbolTable *symbols)
        : out_(out), clock_(clock), symbols_(symbols) {}

    void begin() override {
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
        std::fprintf(out_, "%s\n", cell(detailText(e, symbols_)).c_str());
    }

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

    FILE *out_;
    Clock clock_;
    const SymbolTable *symbols_;
};

// The JSON form of trace events, which Perfetto opens (ui.perfetto.dev) and trace_processor too.
class PerfettoWriter : public Writer {
public:
    PerfettoWriter(FILE *out, Clock clock, const TraceMeta &meta, const SymbolTable *symbols)
        : out_(out), clock_(clock), meta_(meta), symbols_(symbols) {}

    void begin() override {
        std::fprintf(out_,
                     "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"image\":%s,\"host\":%s},"
                     "\"traceEvents\":[\n",
                     jsonText(meta_.image).c_str(), jsonText(meta_.host).c_str());
        std::fprintf(out_,
                     "{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":%s}}",
                     jsonText(meta_.guest.empty() ? "Guest" : meta_.guest).c_str());
        nameThread(kConsoleThread, "console");
    }

    void event(uint64_t number, const lg_event &e) override {
        if (e.vcpu >= named_) {
            for (; named_ <= e.vcpu; ++named_)
                nameThread(kFirstVcpuThread + named_, textf("vCPU %u", named_));
        }
        auto kind = std::string(kindName(e.kind));
        auto code = codeText(e);
        std::fprintf(out_,
                     ",\n{\"ph\":\"X\",\"pid\":1,\"tid\":%u,\"ts\":%.3f,\"dur\":%.3f,\"cat\":%s,"
                     "\"name\":%s,\"args\":{\"number\":%llu,\"text\":%s,\"ring\":%u,\"eip\":%s}}",
                     kFirstVcpuThread + e.vcpu, clock_.at(e.tsc), clock_.length(e),
                     jsonText(kind).c_str(), jsonText(code.empty() ? kind : code).c_str(),
                     static_cast<unsigned long long>(number),
                     jsonText(detailText(e, symbols_)).c_str(), ringOf(e),
                     jsonText(addressText(e.regs.eip, symbols_)).c_str());
    }

    void console(const TraceConsole &piece) override {
        instant(kConsoleThread, piece.tsc, "console", std::string(textOf(piece.bytes)));
    }

    void loss(const TraceLoss &loss, uint64_t tsc) override {
        instant(kFirstVcpuThread + loss.vcpu, tsc, "lost",
                textf("%llu events", static_cast<unsigned long long>(loss.count)));
    }

    void end() override { std::fputs("\n]}\n", out_); }

private:
    static constexpr unsigned kConsoleThread = 1, kFirstVcpuThread = 2;

    void nameThread(unsigned thread, const std::string &name) {
        std::fprintf(out_,
                     ",\n{\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"name\":\"thread_name\","
                     "\"args\":{\"name\":%s}}",
                     thread, jsonText(name).c_str());
    }

    void instant(unsigned thread, uint64_t tsc, const char *name, const std::string &text) {
        std::fprintf(
            out_,
            ",\n{\"ph\":\"i\",\"s\":\"t\",\"pid\":1,\"tid\":%u,\"ts\":%.3f,\"name\":\"%s\","
            "\"args\":{\"text\":%s}}",
            thread, clock_.at(tsc), name, jsonText(text).c_str());
    }

    FILE *out_;
    Clock clock_;
    const TraceMeta &meta_;
    const SymbolTable *symbols_;
    unsigned named_ = 0;
};

struct FileClose {
    void operator()(FILE *file) const {
        if (file && file != stdout)
            std::fclose(file);
    }
};

Result<uint64_t> writeAll(const Recording &recording, const Filter &filter, Writer &writer) {
    uint64_t matched = 0;
    size_t nextConsole = 0, nextLoss = 0;
    const auto &losses = recording.losses();
    // What was printed and lost before this event.
    auto upTo = [&](uint64_t number) -> Result<void> {
        for (; nextConsole < recording.consoleCount(); ++nextConsole) {
            auto piece = recording.console(nextConsole);
            if (!piece)
                return piece.error();
            if (piece->before > number)
                break;
            writer.console(*piece);
        }
        for (; nextLoss < losses.size() && losses[nextLoss].before <= number; ++nextLoss) {
            // It has the time of the event behind it; the last ones, of that before them.
            const uint64_t count = recording.eventCount();
            if (count == 0)
                return {};
            auto behind = recording.event(std::min(losses[nextLoss].before, count - 1));
            if (!behind)
                return behind.error();
            writer.loss(losses[nextLoss], behind->tsc);
        }
        return {};
    };
    Result<void> failed;
    writer.begin();
    auto visited = recording.visit(filter, 0, [&](uint64_t number, const lg_event &event) {
        failed = upTo(number);
        writer.event(number, event);
        ++matched;
        return failed.ok();
    });
    if (visited && failed)
        visited = upTo(UINT64_MAX);
    if (!visited || !failed)
        return failed ? visited.error() : failed.error();
    writer.end();
    return matched;
}

} // namespace

Result<ExportFormat> exportFormatByName(const std::string &name) {
    if (name == "csv")
        return ExportFormat::Csv;
    if (name == "perfetto")
        return ExportFormat::Perfetto;
    return Error{"there is no format \"" + name + "\"; there are csv and perfetto"};
}

Result<uint64_t> exportRecording(const Recording &recording, ExportFormat format,
                                 const Filter &filter, const std::string &path) {
    bool toStdout = path == "-";
    std::unique_ptr<FILE, FileClose> file(toStdout ? stdout : std::fopen(path.c_str(), "we"));
    if (!file)
        return errnoError("cannot write " + path);
    uint64_t firstTsc = 0;
    if (recording.eventCount() != 0) {
        auto first = recording.event(0);
        if (!first)
            return first.error();
        firstTsc = first->tsc;
    }
    auto symbols = recording.symbols();
    Clock clock(recording.meta(), firstTsc);
    std::unique_ptr<Writer> writer;
    if (format == ExportFormat::Csv)
        writer = std::make_unique<CsvWriter>(file.get(), clock, symbols.get());
    else
        writer =
            std::make_unique<PerfettoWriter>(file.get(), clock, recording.meta(), symbols.get());
    auto matched = writeAll(recording, filter, *writer);
    bool failed = std::fflush(file.get()) != 0 || std::ferror(file.get());
    if (matched && failed)
        return errnoError("writing " + (toStdout ? "the export" : path));
    return matched;
}

} // namespace lg
