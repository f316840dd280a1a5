// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox/qemu_process.h"

#include "base/unique_fd.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lg {

namespace {

constexpr size_t kKeptText = 64 << 10;
constexpr auto kTick = std::chrono::milliseconds(50); // how soon a stop is noticed
constexpr int kFirstFile = 3;

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        auto end = std::min(text.find_first_of("\r\n"), text.size());
        if (end > 0)
            lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// "[    1.234567] text" → "text"
std::string withoutTime(std::string_view line) {
    auto close = line.find("] ");
    if (line.starts_with('[') && close != line.npos)
        line.remove_prefix(close + 2);
    return std::string(line);
}

struct Pipe {
    UniqueFd out, in;
};

Result<Pipe> makePipe() {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0)
        return errnoError("cannot make a pipe");
    return Pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

// Everything that the child needs, made before fork(): between fork() and exec() only system
// calls are allowed, because other threads may have held any lock.
struct Child {
    std::vector<char *> arguments;
    std::vector<int> files;
    int console, complaints, failure;
    pid_t parent;
    sigset_t noSignals;
};

[[noreturn]] void become(const Child &child) {
    // The kernel kills QEMU when the thread that forked it ends: that is the keeper, which ends
    // only after QEMU, or with the whole program.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != child.parent)
        _exit(1);
    setsid(); // a Ctrl-C is for the program, which then decides
    sigprocmask(SIG_SETMASK, &child.noSignals, nullptr);
    // Above all targets first, so that no dup2 overwrites a source.
    int failure = fcntl(child.failure, F_DUPFD_CLOEXEC, 100);
    int sources[16];
    size_t count = std::min(child.files.size(), std::size(sources));
    for (size_t i = 0; i < count; ++i)
        sources[i] = fcntl(child.files[i], F_DUPFD, 100);
    dup2(fcntl(child.console, F_DUPFD, 100), STDOUT_FILENO);
    dup2(fcntl(child.complaints, F_DUPFD, 100), STDERR_FILENO);
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDIN_FILENO);
    for (size_t i = 0; i < count; ++i)
        dup2(sources[i], kFirstFile + int(i));
    int next = kFirstFile + int(count);
    close_range(unsigned(next), unsigned(failure - 1), 0);
    close_range(unsigned(failure + 1), ~0u, 0);
    execvp(child.arguments[0], child.arguments.data());
    int error = errno;
    [[maybe_unused]] ssize_t told = write(failure, &error, sizeof error);
    _exit(127);
}

} // namespace

std::string qemuEndReason(int waitStatus, std::string_view complaints, std::string_view console) {
    auto said = linesOf(console);
    auto panic = std::find_if(said.begin(), said.end(), [](std::string_view line) {
        return line.find("Kernel panic") != line.npos;
    });
    if (panic != said.end()) {
        // What led to it says more than the panic's own line.
        auto cause = std::find_if(said.begin(), panic, [](std::string_view line) {
            return line.find("BUG:") != line.npos || line.find("Oops") != line.npos;
        });
        return "the sandbox's kernel stopped: " + withoutTime(*cause);
    }
    if (WIFSIGNALED(waitStatus))
        return std::string("QEMU was ended by a signal: ") + strsignal(WTERMSIG(waitStatus));
    auto complained = linesOf(complaints);
    if (WIFEXITED(waitStatus) && WEXITSTATUS(waitStatus) != 0 && !complained.empty()) {
        auto last = complained.back();
        auto colon = last.find(": "); // "qemu-system-x86_64: ..."
        return "QEMU gave up: " + std::string(colon == last.npos ? last : last.substr(colon + 2));
    }
    return "the sandbox switched itself off" +
           (said.empty() ? std::string() : ", after: " + withoutTime(said.back()));
}

Result<std::unique_ptr<QemuProcess>> QemuProcess::start(const QemuCommand &command, Ended ended) {
    std::unique_ptr<QemuProcess> process(new QemuProcess);
    process->onEnded_ = std::move(ended);
    std::promise<Result<void>> promise;
    auto started = promise.get_future();
    process->keeper_ = std::thread([&command, &promise, self = process.get()] {
        self->keep(command, [&](Result<void> result) { promise.set_value(std::move(result)); });
    });
    if (auto result = started.get(); !result)
        return result.error();
    return process;
}

QemuProcess::~QemuProcess() {
    {
        std::lock_guard lock(mutex_);
        endWanted_ = true;
        if (running_)
            kill(pid_, SIGKILL);
    }
    if (keeper_.joinable())
        keeper_.join();
}

void QemuProcess::keep(const QemuCommand &command,
                       const std::function<void(Result<void>)> &started) {
    auto console = makePipe(), complaints = makePipe(), failure = makePipe();
    for (const auto *made : {&console, &complaints, &failure})
        if (!*made)
            return started(made->error());
    Child child = {.arguments = {},
                   .files = command.files,
                   .console = console->in.get(),
                   .complaints = complaints->in.get(),
                   .failure = failure->in.get(),
                   .parent = getpid(),
                   .noSignals = {}};
    sigemptyset(&child.noSignals);
    child.arguments.push_back(const_cast<char *>(command.program.c_str()));
    for (const auto &argument : command.arguments)
        child.arguments.push_back(const_cast<char *>(argument.c_str()));
    child.arguments.push_back(nullptr);

    pid_t pid = fork();
    if (pid < 0)
        return started(errnoError("cannot start " + command.program));
    if (pid == 0)
        become(child);
    for (auto *made : {&console, &complaints, &failure})
        (*made)->in.reset();
    int error = 0;
    if (read(failure->out.get(), &error, sizeof error) == sizeof error) {
        waitpid(pid, nullptr, 0);
        errno = error;
        return started(errnoError("cannot start " + command.program));
    }
    {
        std::lock_guard lock(mutex_);
        pid_ = pid;
        running_ = true;
    }
    started({});
    listen(console->out.get(), complaints->out.get());

    // Not reaped yet, so that the number stays ours until nobody can use it any more.
    siginfo_t info;
    while (waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    std::string reason;
    bool tell;
    {
        std::lock_guard lock(mutex_);
        int status = 0;
        waitpid(pid, &status, 0);
        running_ = false;
        tell = !endWanted_;
        reason = endReason_ = qemuEndReason(status, complaints_, console_);
    }
    changed_.notify_all();
    if (tell && onEnded_)
        onEnded_(reason);
}

void QemuProcess::listen(int console, int complaints) {
    pollfd fds[] = {{console, POLLIN, 0}, {complaints, POLLIN, 0}};
    std::string *texts[] = {&console_, &complaints_};
    char buffer[4096];
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        if (poll(fds, 2, -1) < 0)
            continue;
        for (int i : {0, 1}) {
            if (!fds[i].revents)
                continue;
            ssize_t got = read(fds[i].fd, buffer, sizeof buffer);
            if (got > 0)
                append(*texts[i], {buffer, size_t(got)});
            else if (got == 0 || errno != EINTR)
                fds[i].fd = -1;
        }
    }
}

void QemuProcess::append(std::string &text, std::string_view more) {
    {
        std::lock_guard lock(mutex_);
        text += more;
        if (text.size() > kKeptText)
            text.erase(0, text.size() - kKeptText);
        if (&text == &console_)
            lines_ += int(std::count(more.begin(), more.end(), '\n'));
    }
    changed_.notify_all();
}

bool QemuProcess::running() const {
    std::lock_guard lock(mutex_);
    return running_;
}

std::string QemuProcess::endReason() const {
    std::lock_guard lock(mutex_);
    return endReason_;
}

bool QemuProcess::ended(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [this] { return !running_; });
}

std::string QemuProcess::console() const {
    std::lock_guard lock(mutex_);
    return console_;
}

Result<void> QemuProcess::waitFor(std::string_view text, std::chrono::milliseconds limit,
                                  const std::stop_token &stop,
                                  const std::function<void(int)> &heard) {
    auto until = std::chrono::steady_clock::now() + limit;
    std::unique_lock lock(mutex_);
    while (console_.find(text) == std::string::npos) {
        if (!running_)
            return Error{endReason_};
        if (stop.stop_requested())
            return Error{"stopped"};
        if (std::chrono::steady_clock::now() > until) {
            auto said = linesOf(console_);
            return Error{"the sandbox isn't ready after " + std::to_string(limit.count() / 1000) +
                         " s" +
                         (said.empty() ? std::string(" and said nothing")
                                       : "; it said last: " + withoutTime(said.back()))};
        }
        int lines = lines_;
        lock.unlock();
        heard(lines);
        lock.lock();
        if (lines == lines_)
            changed_.wait_for(lock, kTick);
    }
    return {};
}

} // namespace lg
