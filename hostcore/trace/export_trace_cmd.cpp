// SPDX-License-Identifier: GPL-2.0-or-later
// A trace.dat of version 6, which trace-cmd and KernelShark read (man trace-cmd.dat.v6): what each
// event looks like, in the words of the kernel's tracing folder, and for each vCPU as its "CPU"
// the pages of a ring buffer such as the kernel's.
#include "base/text.h"
#include "inspect/describe.h"
#include "inspect/event_columns.h"
#include "trace/export_writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace lg {

namespace {

constexpr size_t kPage = 4096;
constexpr size_t kPageHead = 16; // the time of its first event, and how many bytes are used
constexpr size_t kMostText = 1024;
constexpr uint16_t kFirstId = 1000; // those of the kernel's own events are small
constexpr uint16_t kConsoleId = kFirstId + LG_EV_KIND_COUNT;

// The head of an entry: five bits of type or length, 27 bits of time since the one before.
constexpr uint32_t kTimeBits = 27, kTimeExtend = 30;
constexpr uint32_t kMostInHead = 28; // words
// In the word that says how many bytes of a page are used.
constexpr uint64_t kMissed = uint64_t{1} << 31, kMissedCountFollows = uint64_t{1} << 30;

struct Field {
    const char *type, *name;
    uint32_t bytes;
};

// The order in which they lie behind the four that all events have.
constexpr std::array kFields = {
    Field{"u64", "number", 8},
    Field{"u64", "seq", 8},
    Field{"unsigned int", "duration_ns", 4},
    Field{"unsigned short", "code", 2},
    Field{"unsigned char", "ring", 1},
    Field{"unsigned char", "halted", 1},
    Field{"unsigned int", "eax", 4},
    Field{"unsigned int", "ebx", 4},
    Field{"unsigned int", "ecx", 4},
    Field{"unsigned int", "edx", 4},
    Field{"unsigned int", "esi", 4},
    Field{"unsigned int", "edi", 4},
    Field{"unsigned int", "ebp", 4},
    Field{"unsigned int", "esp", 4},
    Field{"unsigned int", "eip", 4},
    Field{"unsigned int", "eflags", 4},
    Field{"unsigned int", "cr2", 4},
    Field{"unsigned int", "cr3", 4},
    Field{"unsigned int", "irq_pending", 4},
    Field{"unsigned int", "errcode", 4},
    Field{"unsigned int", "detail0", 4},
    Field{"unsigned int", "detail1", 4},
    Field{"unsigned int", "detail2", 4},
    Field{"unsigned int", "detail3", 4},
    Field{"unsigned int", "detail4", 4},
    Field{"unsigned int", "detail5", 4},
};
constexpr std::array kTexts = {"name", "text", "place"};
constexpr size_t kCommonBytes = 8;

constexpr size_t fixedBytes() {
    size_t sum = kCommonBytes;
    for (const auto &field : kFields)
        sum += field.bytes;
    return sum;
}

std::string fieldText(const char *type, const std::string &name, size_t offset, size_t bytes) {
    return textf("\tfield:%s %s;\toffset:%zu;\tsize:%zu;\tsigned:0;\n", type, name.c_str(), offset,
                 bytes);
}

std::string formatHead(const std::string &name, uint16_t id) {
    return textf("name: %s\nID: %u\nformat:\n", name.c_str(), id) +
           fieldText("unsigned short", "common_type", 0, 2) +
           fieldText("unsigned char", "common_flags", 2, 1) +
           fieldText("unsigned char", "common_preempt_count", 3, 1) +
           "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n";
}

std::string eventFormat(uint32_t kind) {
    std::string name(kind ? kindName(kind) : "unknown");
    std::replace(name.begin(), name.end(), ' ', '_');
    std::string text = formatHead(name, uint16_t(kFirstId + kind));
    size_t offset = kCommonBytes;
    for (const auto &field : kFields) {
        text += fieldText(field.type, field.name, offset, field.bytes);
        offset += field.bytes;
    }
    for (const char *one : kTexts) {
        text += fieldText("__data_loc char[]", one, offset, 4);
        offset += 4;
    }
    return text +
           "\nprint fmt: \"%s (ring %u, %s)\", __get_str(text), REC->ring, __get_str(place)\n";
}

std::string consoleFormat() {
    return formatHead("console", kConsoleId) +
           fieldText("__data_loc char[]", "text", kCommonBytes, 4) +
           "\nprint fmt: \"%s\", __get_str(text)\n";
}

// One event, its texts behind the fields that say where they are.
class Entry {
public:
    Entry(uint16_t id, uint32_t vcpu) {
        append(bytes_, id);
        append(bytes_, uint16_t(0));
        append(bytes_, vcpu + 1); // the process
    }
    template <typename T>
    void add(const T &value) {
        append(bytes_, value);
    }
    Bytes end(std::initializer_list<std::string> texts) && {
        size_t at = bytes_.size() + 4 * texts.size();
        for (const auto &text : texts) {
            const size_t length = std::min(text.size(), kMostText) + 1;
            append(bytes_, uint32_t(length << 16 | at));
            at += length;
        }
        for (const auto &text : texts) {
            for (char c : std::string_view(text).substr(0, kMostText))
                bytes_.push_back(c ? uint8_t(c) : uint8_t(' '));
            bytes_.push_back(0);
        }
        bytes_.resize((bytes_.size() + 3) & ~size_t{3});
        return std::move(bytes_);
    }

private:
    Bytes bytes_;
};

// What a vCPU says, page after page, in a file of its own until all of it is known.
class CpuPages {
public:
    static Result<CpuPages> create() {
        CpuPages made;
        made.file_.reset(std::tmpfile());
        if (!made.file_)
            return errnoError("making a temporary file");
        return made;
    }

    void event(uint64_t ns, const Bytes &entry) {
        ns = std::max(ns, last_);
        const size_t words = entry.size() / 4;
        const size_t head = words <= kMostInHead ? 4 : 8;
        if (page_.size() + 8 + head + entry.size() > kPage - 8) // a lost count may be behind it
            flush();
        if (page_.empty()) {
            append(page_, ns);
            append(page_, uint64_t{0});
            last_ = ns;
        }
        uint64_t since = ns - last_;
        if (since >> kTimeBits) {
            append(page_, uint32_t(since << 5) | kTimeExtend);
            append(page_, uint32_t(since >> kTimeBits));
            since = 0;
        }
        const bool fits = words <= kMostInHead;
        append(page_, uint32_t(since << 5) | (fits ? uint32_t(words) : 0));
        if (!fits)
            append(page_, uint32_t(entry.size() + 4));
        page_.insert(page_.end(), entry.begin(), entry.end());
        last_ = ns;
    }

    // They are told with the page behind them.
    void lost(uint64_t count) {
        flush();
        lost_ += count;
    }

    void flush() {
        if (page_.empty())
            return;
        uint64_t used = page_.size() - kPageHead;
        if (lost_ != 0) {
            append(page_, lost_);
            used |= kMissed | kMissedCountFollows;
            lost_ = 0;
        }
        std::memcpy(page_.data() + 8, &used, sizeof used);
        page_.resize(kPage);
        std::fwrite(page_.data(), 1, page_.size(), file_.get());
        pages_++;
        page_.clear();
    }

    uint64_t bytes() const { return pages_ * kPage; }

    Result<void> copyTo(FILE *out) {
        if (std::fflush(file_.get()) != 0 || std::ferror(file_.get()))
            return errnoError("writing a temporary file");
        std::rewind(file_.get());
        Bytes page(kPage);
        for (uint64_t i = 0; i < pages_; ++i)
            if (std::fread(page.data(), 1, kPage, file_.get()) != kPage ||
                std::fwrite(page.data(), 1, kPage, out) != kPage)
                return errnoError("copying a vCPU's events");
        return {};
    }

private:
    struct Close {
        void operator()(FILE *file) const { std::fclose(file); }
    };
    std::unique_ptr<FILE, Close> file_;
    Bytes page_;
    uint64_t last_ = 0, lost_ = 0, pages_ = 0;
};

void appendString(Bytes &bytes, std::string_view text) {
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.push_back(0);
}

void appendSized(Bytes &bytes, const std::string &text) {
    append(bytes, uint64_t(text.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
}

class TraceCmdWriter : public ExportWriter {
public:
    TraceCmdWriter(ExportFile file, const ExportTask &task)
        : file_(std::move(file)), clock_(task.clock), symbols_(task.symbols) {}

    Result<void> start(uint32_t vcpus) {
        for (uint32_t vcpu = 0; vcpu < vcpus; ++vcpu) {
            auto pages = CpuPages::create();
            if (!pages)
                return pages.error();
            cpus_.push_back(std::move(*pages));
        }
        return {};
    }

    void event(uint64_t number, const lg_event &e) override {
        if (e.vcpu >= cpus_.size())
            return;
        const uint32_t kind = e.kind < LG_EV_KIND_COUNT ? e.kind : 0;
        Entry entry(uint16_t(kFirstId + kind), e.vcpu);
        entry.add(number);
        entry.add(uint64_t(e.seq));
        entry.add(uint32_t(clock_.length(e) * 1e3));
        entry.add(e.code);
        entry.add(uint8_t(ringOf(e)));
        entry.add(e.halted);
        const auto &r = e.regs;
        for (uint32_t value : {r.eax, r.ebx, r.ecx, r.edx, r.esi, r.edi, r.ebp, r.esp, r.eip,
                               r.eflags, r.cr2, r.cr3, e.irq_pending, e.errcode})
            entry.add(value);
        for (uint32_t detail : e.detail)
            entry.add(detail);
        const std::string name = codeText(e), details = detailText(e, symbols_.get());
        const std::string text = name + (name.empty() || details.empty() ? "" : " ") + details;
        const std::string symbol = symbols_->text(r.eip);
        cpus_[e.vcpu].event(
            timeOf(e.tsc),
            std::move(entry).end({name, text, symbol.empty() ? textf("%08x", r.eip) : symbol}));
    }

    void console(const TraceConsole &piece) override {
        const std::string text(textOf(piece.bytes));
        for (size_t at = 0; at < text.size(); at += kMostText)
            cpus_[0].event(timeOf(piece.tsc),
                           Entry(kConsoleId, 0).end({text.substr(at, kMostText)}));
    }

    void loss(const TraceLoss &loss, uint64_t) override {
        if (loss.vcpu < cpus_.size())
            cpus_[loss.vcpu].lost(loss.count);
    }

    Result<void> end() override {
        for (auto &cpu : cpus_)
            cpu.flush();
        Bytes head = this->head();
        const size_t table = head.size();
        head.resize((table + cpus_.size() * 16 + kPage - 1) / kPage * kPage);
        uint64_t at = head.size();
        for (size_t i = 0; i < cpus_.size(); ++i) {
            storeAt(head, table + i * 16, at);
            storeAt(head, table + i * 16 + 8, cpus_[i].bytes());
            at += cpus_[i].bytes();
        }
        std::fwrite(head.data(), 1, head.size(), file_.get());
        for (auto &cpu : cpus_)
            if (auto copied = cpu.copyTo(file_.get()); !copied)
                return copied;
        return file_.end();
    }

private:
    uint64_t timeOf(uint64_t tsc) const {
        return tsc < clock_.first() ? 0 : uint64_t(clock_.at(tsc) * 1e3 + 0.5);
    }

    // All before the table of where each vCPU's pages are.
    Bytes head() const {
        Bytes out;
        for (const uint8_t byte : {0x17, 0x08, 0x44})
            out.push_back(byte);
        for (const char c : std::string_view("tracing"))
            out.push_back(uint8_t(c));
        appendString(out, "6");
        out.push_back(0); // little endian
        out.push_back(8); // bytes of a long
        append(out, uint32_t(kPage));
        appendString(out, "header_page");
        appendSized(out, fieldText("u64", "timestamp", 0, 8) + fieldText("u64", "commit", 8, 8) +
                             fieldText("int", "overwrite", 8, 1) +
                             fieldText("char", "data", kPageHead, kPage - kPageHead));
        appendString(out, "header_event");
        appendSized(out, "type_len : 5 bits\ntime_delta : 27 bits\narray : 32 bits\n");
        append(out, uint32_t(0)); // events of ftrace's own
        append(out, uint32_t(1)); // systems
        appendString(out, "lguest");
        append(out, uint32_t(LG_EV_KIND_COUNT + 1));
        for (uint32_t kind = 0; kind < LG_EV_KIND_COUNT; ++kind)
            appendSized(out, eventFormat(kind));
        appendSized(out, consoleFormat());
        append(out, uint32_t(0)); // symbols of a kernel: each event names its own
        append(out, uint32_t(0)); // texts of trace_printk
        std::string names;
        for (size_t vcpu = 0; vcpu < cpus_.size(); ++vcpu)
            names += textf("%zu vcpu%zu\n", vcpu + 1, vcpu);
        appendSized(out, names);
        append(out, uint32_t(cpus_.size()));
        appendString(out, "options  ");
        append(out, uint16_t(0)); // none
        appendString(out, "flyrecord");
        return out;
    }

    ExportFile file_;
    ExportClock clock_;
    std::shared_ptr<const SymbolTable> symbols_;
    std::vector<CpuPages> cpus_;
};

static_assert(fixedBytes() + 4 * kTexts.size() + 3 * (kMostText + 1) + 3 + 8 + 8 + kPageHead + 8 <=
                  kPage,
              "an event has to fit into a page");

} // namespace

MadeWriter traceCmdWriter(const ExportTask &task) {
    auto file = ExportFile::open(task.path);
    if (!file)
        return file.error();
    auto writer = std::make_unique<TraceCmdWriter>(std::move(*file), task);
    if (auto started = writer->start(std::clamp<uint32_t>(task.meta.vcpus, 1, LG_VCPUS_MAX));
        !started)
        return started.error();
    return MadeWriter(std::move(writer));
}

} // namespace lg
