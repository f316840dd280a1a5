// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace_moments.h"

#include "base/text.h"
#include "inspect/describe.h"
#include "inspect/differences.h"
#include "inspect/disassembly.h"
#include "inspect_text.h"
#include "json.h"
#include "snapshot/compare.h"
#include "snapshot/moments.h"

#include <cstdio>

namespace lg {

namespace {

constexpr uint32_t kCodeBytes = 48, kStackBytes = 48, kMemoryBytes = 256;
constexpr size_t kMostPlaces = 1000;

struct MomentArguments {
    std::string file;
    uint64_t event = 0;
    std::string walk, memory;
    uint32_t length = kMemoryBytes;
    bool physical = false, json = false;
    size_t before = 1, after = 0;
};

using Recorded = std::shared_ptr<const Recording>;
using Part = int (*)(const Recorded &, const MomentArguments &);

bool goOn() {
    return true;
}

std::string hexBytes(BytesView bytes) {
    std::string text;
    for (const uint8_t byte : bytes)
        text += textf(text.empty() ? "%02x" : " %02x", byte);
    return text;
}

int listSnapshots(const Recorded &recording, const MomentArguments &arguments) {
    const auto &all = recording->snapshots();
    const auto rows = rowsOf(*recording);
    Json list = Json::array();
    for (size_t i = 0; i < all.count(); ++i) {
        const auto &one = all.at(i);
        const uint64_t event = rowAfter(rows, one.tsc);
        if (arguments.json)
            list.push_back({{"number", i + 1},
                            {"name", one.why},
                            {"event", event},
                            {"tsc", one.tsc},
                            {"pagesKept", one.pages.size()}});
        else
            std::printf("%4zu  at event %-10llu %6zu pages kept  %s\n", i + 1,
                        static_cast<unsigned long long>(event), one.pages.size(), one.why.c_str());
    }
    if (arguments.json)
        printJson(list);
    else if (all.count() == 0)
        std::puts("none: it was made with --snapshots none, or by an older lgscope");
    return kExitGood;
}

void printCode(const Moment &moment, const lg_vcpu_state &state, const SymbolTable &symbols) {
    auto code = moment.readMemory(state.vcpu, state.regs.eip, kCodeBytes, true);
    if (!code) {
        std::printf("  %s\n", code.message().c_str());
        return;
    }
    auto list = disassemble(*code, state.regs.eip, &symbols);
    if (list.size() > 1)
        list.pop_back(); // it may be cut off
    for (const auto &one : list)
        std::printf("  %08x  %-24s %s%s%s\n", one.address, hexBytes(one.bytes).c_str(),
                    one.text.c_str(), one.note.empty() ? "" : "  ; ", one.note.c_str());
}

void printStack(const Moment &moment, const lg_vcpu_state &state, const SymbolTable &symbols) {
    auto stack = moment.readMemory(state.vcpu, state.regs.esp, kStackBytes, true);
    if (!stack) {
        std::printf("  %s\n", stack.message().c_str());
        return;
    }
    for (size_t at = 0; at + 4 <= stack->size(); at += 4) {
        const auto value = loadAt<uint32_t>(*stack, at);
        std::printf("  %08x  %s\n", state.regs.esp + uint32_t(at),
                    addressText(value, &symbols).c_str());
    }
}

Json momentJson(const MomentAt &at, const lg_vcpu_state &state, const SymbolTable &symbols) {
    constexpr const char *kHow[] = {"exact", "before", "after"};
    return {{"event", at.row},
            {"text", momentText(at)},
            {"snapshot", at.moment->number() + 1},
            {"how", kHow[int(at.how)]},
            {"snapshotEvent", at.snapshotRow},
            {"tableChanges", at.moment->changes()},
            {"lost", at.lost},
            {"state", jsonOf(state, symbols)}};
}

Json walkJson(const MomentWalk &found) {
    const auto &walk = found.walk;
    Json guest = Json::array(), shadow = Json::array();
    for (uint32_t level = 0; level < walk.levels; ++level)
        guest.push_back({{"at", walk.guest_at[level]}, {"entry", walk.guest_entry[level]}});
    for (uint32_t level = 0; level < walk.shadow_levels; ++level)
        shadow.push_back(walk.shadow_entry[level]);
    return {{"address", walk.address}, {"cr3", walk.cr3}, {"mapped", walk.mapped != 0},
            {"physical", walk.gpa},    {"guest", guest},  {"shadow", shadow},
            {"note", found.note}};
}

// The events' own registers; memory, code and tables as far as they are known.
int look(const Recorded &recording, const MomentArguments &arguments) {
    const auto symbols = recording->symbols();
    auto rows = rowsOf(*recording);
    auto at = momentAt(recording, rows, arguments.event, goOn);
    if (!at)
        return complain(kExitTrace, at.message());
    // What was lost has no row of its own here.
    for (const auto &loss : recording->losses())
        if (at->how == MomentAt::How::Before && loss.before > at->snapshotRow &&
            loss.before <= at->row)
            at->lost += loss.count;
    auto event = recording->event(arguments.event);
    if (!event)
        return complain(kExitTrace, event.message());
    auto state = at->moment->state(event->vcpu);
    if (!state)
        return complain(kExitTrace, state.message());
    std::optional<uint32_t> walked, place;
    for (auto [text, into] : {std::pair(&arguments.walk, &walked), {&arguments.memory, &place}})
        if (!text->empty() && !(*into = addressOf(*text, *symbols)))
            return complain(kExitUsage, "\"" + *text + "\" is no address");
    Json json = momentJson(*at, *state, *symbols);
    if (!arguments.json) {
        std::printf("%s\n  vcpu %u ring %u  %s\n", momentText(*at).c_str(), event->vcpu,
                    ringOf(*event), describe(*event, symbols.get()).c_str());
        printRegisters(state->regs, *symbols);
        std::puts("Code");
        printCode(*at->moment, *state, *symbols);
        std::puts("Stack");
        printStack(*at->moment, *state, *symbols);
    }
    if (walked) {
        auto found = at->moment->walk(event->vcpu, *walked, 0);
        if (!found)
            return complain(kExitTrace, found.message());
        if (arguments.json) {
            json["walk"] = walkJson(*found);
        } else {
            std::printf("Page tables for %s\n", addressText(*walked, symbols.get()).c_str());
            printWalk(found->walk, found->note.empty() ? walkDifference(found->walk) : found->note);
        }
    }
    if (place) {
        auto bytes =
            at->moment->readMemory(event->vcpu, *place, arguments.length, !arguments.physical);
        if (!bytes)
            return complain(kExitTrace, bytes.message());
        if (arguments.json) {
            json["memory"] = {{"address", *place}, {"bytes", hexBytes(*bytes)}};
        } else {
            std::puts("Memory");
            printMemory(*place, *bytes);
        }
    }
    if (arguments.json)
        printJson(json);
    return kExitGood;
}

int diff(const Recorded &recording, const MomentArguments &arguments) {
    const auto &all = recording->snapshots();
    const size_t last = arguments.after != 0 ? arguments.after : all.count();
    for (const size_t number : {arguments.before, last})
        if (number == 0 || number > all.count())
            return complain(kExitUsage, "the recording has " + std::to_string(all.count()) +
                                            " snapshots, numbered from 1");
    auto before = momentOf(recording, arguments.before - 1);
    auto after = momentOf(recording, last - 1);
    if (!before || !after)
        return complain(kExitTrace, before ? after.message() : before.message());
    auto found =
        compareMoments(**before, **after, kMostPlaces, [](uint64_t, uint64_t) { return true; });
    if (!found)
        return complain(kExitTrace, found.message());
    if (arguments.json) {
        Json places = Json::array();
        for (const auto &one : found->places)
            places.push_back({{"address", one.address},
                              {"before", hexBytes(one.before)},
                              {"now", hexBytes(one.now)}});
        printJson({{"bytes", found->bytes}, {"pages", found->pages}, {"places", places}});
        return kExitGood;
    }
    std::printf("From %s to %s: %llu bytes in %zu pages\n",
                snapshotText(all, arguments.before - 1).c_str(),
                snapshotText(all, last - 1).c_str(), static_cast<unsigned long long>(found->bytes),
                found->pages.size());
    for (const auto &one : found->places)
        std::printf("  %08x  %s\n            %s\n", one.address, hexBytes(one.before).c_str(),
                    hexBytes(one.now).c_str());
    if (found->places.size() == kMostPlaces)
        std::puts("  and more");
    return kExitGood;
}

int withRecording(const MomentArguments &arguments, Part part) {
    auto recording = Recording::open(arguments.file);
    if (!recording)
        return complain(kExitTrace, recording.message());
    return part(Recorded(std::move(*recording)), arguments);
}

} // namespace

void addMomentCommands(CLI::App &trace, Action &action) {
    auto arguments = std::make_shared<MomentArguments>();
    auto add = [&](const char *name, const char *about, Part part) {
        auto *sub = trace.add_subcommand(name, about);
        sub->add_option("file", arguments->file, "The recording")->required();
        sub->add_flag("--json", arguments->json, "For programs");
        sub->callback([arguments, part, &action] {
            action = [arguments, part] { return withRecording(*arguments, part); };
        });
        return sub;
    };
    add("snapshots", "The moments whose memory and page tables it has", listSnapshots);

    auto *look =
        add("look", "Registers, code, stack, memory and page tables as of an event", lg::look);
    look->add_option("--event", arguments->event, "Its number")->required();
    look->add_option("--walk", arguments->walk,
                     "An address or symbol: its way through the page tables");
    look->add_option("--memory", arguments->memory, "An address or symbol: the bytes there");
    look->add_option("--length", arguments->length, "So many bytes")
        ->check(CLI::Range(1u, 1u << 20))
        ->capture_default_str();
    look->add_flag("--physical", arguments->physical, "The address of --memory is guest-physical");

    auto *diff = add("diff", "What changed in memory between two snapshots", lg::diff);
    diff->add_option("before", arguments->before, "Number of a snapshot")->capture_default_str();
    diff->add_option("after", arguments->after, "Number of another; the last one if none is given");
}

} // namespace lg
