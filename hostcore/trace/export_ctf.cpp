// SPDX-License-Identifier: GPL-2.0-or-later
// The Common Trace Format, version 1.8, which babeltrace2, Trace Compass and others read: a folder
// with a description in its own language (`metadata`), a stream for each vCPU and one for the
// console. Losses are its "discarded events", each between two packets.
#include "base/text.h"
#include "inspect/describe.h"
#include "inspect/event_columns.h"
#include "trace/export_writer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <map>

namespace lg {

namespace {

constexpr uint32_t kMagic = 0xc1fc1fc1;
constexpr uint32_t kEventStream = 0, kConsoleStream = 1;
constexpr size_t kPacketBytes = 256 << 10;
constexpr size_t kPacketHead = 2 * 4 + 5 * 8 + 4;

// Its strings take JSON's escapes.
std::string quoted(const std::string &text) {
    return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

// One stream: packets of events whose time never goes back.
class Stream {
public:
    static Result<Stream> create(const std::filesystem::path &path, uint32_t kind, uint32_t cpu) {
        auto file = ExportFile::open(path.string());
        if (!file)
            return file.error();
        return Stream(std::move(*file), kind, cpu);
    }

    // What comes behind is the event's own.
    Bytes &event(uint16_t id, uint64_t tsc) {
        if (packet_.size() >= kPacketBytes)
            flush();
        last_ = std::max(last_, tsc);
        if (packet_.empty()) {
            packet_.resize(kPacketHead);
            first_ = last_;
        }
        append(packet_, id);
        append(packet_, last_);
        return packet_;
    }

    void lost(uint64_t count) {
        flush();
        lost_ += count;
    }

    Result<void> end() {
        flush();
        return file_.end();
    }

private:
    Stream(ExportFile file, uint32_t kind, uint32_t cpu)
        : file_(std::move(file)), kind_(kind), cpu_(cpu) {}

    void flush() {
        if (packet_.empty())
            return;
        Bytes head;
        append(head, kMagic);
        append(head, kind_);
        append(head, first_);
        append(head, last_);
        append(head, uint64_t(packet_.size()) * 8); // content
        append(head, uint64_t(packet_.size()) * 8); // with padding, of which there is none
        append(head, lost_);
        append(head, cpu_);
        std::copy(head.begin(), head.end(), packet_.begin());
        std::fwrite(packet_.data(), 1, packet_.size(), file_.get());
        packet_.clear();
    }

    ExportFile file_;
    uint32_t kind_, cpu_;
    Bytes packet_;
    uint64_t first_ = 0, last_ = 0, lost_ = 0;
};

void appendText(Bytes &bytes, std::string_view text) {
    for (char c : text)
        bytes.push_back(c ? uint8_t(c) : uint8_t(' ')); // a string ends at its first zero
    bytes.push_back(0);
}

std::string metadata(const ExportTask &task) {
    const auto &meta = task.meta;
    const uint64_t hz = meta.tscKhz ? uint64_t(meta.tscKhz) * 1000 : 1'000'000'000;
    // The Guest's start by the clock on the wall is where its first event is.
    const auto sinceBoot = uint64_t(double(task.clock.first()) / double(hz) * 1e9);
    const uint64_t offsetNs = meta.startWallNs > sinceBoot ? meta.startWallNs - sinceBoot : 0;
    const auto offset = uint64_t(double(offsetNs % 1'000'000'000) * double(hz) / 1e9);
    std::string text = "/* CTF 1.8 */\n\n";
    for (unsigned bits : {8, 16, 32, 64})
        text += textf("typealias integer { size = %u; align = 8; signed = false; } := uint%u_t;\n",
                      bits, bits);
    for (unsigned bits : {16, 32})
        text += textf("typealias integer { size = %u; align = 8; signed = false; base = 16; } "
                      ":= hex%u_t;\n",
                      bits, bits);
    text += "\ntrace {\n"
            "    major = 1;\n    minor = 8;\n    byte_order = le;\n"
            "    packet.header := struct { uint32_t magic; uint32_t stream_id; };\n};\n\n";
    text += "env {\n    domain = \"guest\";\n    tracer_name = \"lgscope\";\n"
            "    guest = " +
            quoted(meta.guest) + ";\n    image = " + quoted(meta.image) +
            ";\n    command_line = " + quoted(meta.commandLine) +
            ";\n    host = " + quoted(meta.host) + ";\n};\n\n";
    text +=
        textf("clock {\n    name = tsc;\n    description = \"time stamp counter of the Host\";\n"
              "    freq = %llu;\n    offset_s = %llu;\n    offset = %llu;\n};\n\n",
              static_cast<unsigned long long>(hz),
              static_cast<unsigned long long>(offsetNs / 1'000'000'000),
              static_cast<unsigned long long>(offset));
    text += "typealias integer { size = 64; align = 8; signed = false; map = clock.tsc.value; } "
            ":= time_t;\n";
    const char *context = "    packet.context := struct {\n"
                          "        time_t timestamp_begin;\n        time_t timestamp_end;\n"
                          "        uint64_t content_size;\n        uint64_t packet_size;\n"
                          "        uint64_t events_discarded;\n        uint32_t cpu_id;\n    };\n"
                          "    event.header := struct { uint16_t id; time_t timestamp; };\n";
    text +=
        textf("\nstream {\n    id = %u;\n%s    event.context := struct {\n", kEventStream, context);
    text += "        uint64_t number;\n        uint64_t seq;\n        uint64_t tsc;\n"
            "        uint32_t duration;\n        uint16_t code;\n        uint8_t ring;\n"
            "        uint8_t halted;\n        uint16_t host_cpu;\n";
    for (const char *name :
         {"eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp", "eip", "eflags"})
        text += textf("        hex32_t _%s;\n", name);
    for (const char *name : {"cs", "ss", "ds", "es", "fs", "gs"})
        text += textf("        hex16_t _%s;\n", name);
    for (const char *name : {"cr2", "cr3", "irq_pending", "errcode", "irq_enabled", "irq_blocked",
                             "detail0", "detail1", "detail2", "detail3", "detail4", "detail5"})
        text += textf("        hex32_t _%s;\n", name);
    text += textf("    };\n};\n\nstream {\n    id = %u;\n%s};\n", kConsoleStream, context);
    // Of a kind that this program does not know the events are of kind 0.
    for (uint32_t kind = 0; kind < LG_EV_KIND_COUNT; ++kind) {
        std::string name(kind ? kindName(kind) : "unknown");
        std::replace(name.begin(), name.end(), ' ', '_');
        text += textf("\nevent {\n    name = \"%s\";\n    id = %u;\n    stream_id = %u;\n"
                      "    fields := struct { string name; string text; string symbol; };\n};\n",
                      name.c_str(), kind, kEventStream);
    }
    return text + textf("\nevent {\n    name = \"console\";\n    id = 0;\n    stream_id = %u;\n"
                        "    fields := struct { string text; };\n};\n",
                        kConsoleStream);
}

class CtfWriter : public ExportWriter {
public:
    CtfWriter(std::filesystem::path folder, std::shared_ptr<const SymbolTable> symbols)
        : folder_(std::move(folder)), symbols_(std::move(symbols)) {}

    void event(uint64_t number, const lg_event &e) override {
        auto *stream = of(e.vcpu, kEventStream);
        if (!stream)
            return;
        auto &out = stream->event(e.kind < LG_EV_KIND_COUNT ? e.kind : uint16_t(0), e.tsc);
        append(out, number);
        append(out, uint64_t(e.seq));
        append(out, uint64_t(e.tsc));
        append(out, e.duration);
        append(out, e.code);
        append(out, uint8_t(ringOf(e)));
        append(out, e.halted);
        append(out, e.host_cpu);
        append(out, e.regs);
        append(out, e.irq_pending);
        append(out, e.errcode);
        append(out, e.irq_enabled);
        append(out, e.irq_blocked);
        append(out, e.detail);
        appendText(out, codeText(e));
        appendText(out, detailText(e, symbols_.get()));
        appendText(out, symbols_->text(e.regs.eip));
    }

    void console(const TraceConsole &piece) override {
        if (auto *stream = of(0, kConsoleStream))
            appendText(stream->event(0, piece.tsc), textOf(piece.bytes));
    }

    void loss(const TraceLoss &loss, uint64_t) override {
        if (auto *stream = of(loss.vcpu, kEventStream))
            stream->lost(loss.count);
    }

    Result<void> end() override {
        for (auto &[key, stream] : streams_)
            if (auto ended = stream.end(); !ended && failed_)
                failed_ = ended;
        return failed_;
    }

private:
    Stream *of(uint32_t vcpu, uint32_t kind) {
        const auto key = std::pair(kind, vcpu);
        if (auto known = streams_.find(key); known != streams_.end())
            return &known->second;
        const auto name = kind == kConsoleStream ? "console" : textf("vcpu%u", vcpu);
        auto made = Stream::create(folder_ / name, kind, vcpu);
        if (!made) {
            if (failed_)
                failed_ = made.error();
            return nullptr;
        }
        return &streams_.emplace(key, std::move(*made)).first->second;
    }

    std::filesystem::path folder_;
    std::shared_ptr<const SymbolTable> symbols_;
    std::map<std::pair<uint32_t, uint32_t>, Stream> streams_;
    Result<void> failed_;
};

} // namespace

MadeWriter ctfWriter(const ExportTask &task) {
    std::error_code problem;
    if (task.path == "-")
        return Error{"a CTF trace is a folder: name one with -o"};
    if (!std::filesystem::create_directory(task.path, problem)) {
        if (problem)
            return Error{"cannot make the folder " + task.path + ": " + problem.message()};
        return Error{"cannot write a CTF trace to " + task.path + ": it is there already"};
    }
    const std::filesystem::path folder = task.path;
    auto file = ExportFile::open((folder / "metadata").string());
    if (!file)
        return file.error();
    std::fputs(metadata(task).c_str(), file->get());
    if (auto written = file->end(); !written)
        return written.error();
    return std::unique_ptr<ExportWriter>(std::make_unique<CtfWriter>(folder, task.symbols));
}

} // namespace lg
