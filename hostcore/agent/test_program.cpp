// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/test_program.h"

#include "base/unique_fd.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lg {

namespace {

std::string readAll(int fd) {
    std::string text;
    char part[4096];
    for (;;) {
        ssize_t got = read(fd, part, sizeof part);
        if (got > 0)
            text.append(part, size_t(got));
        else if (got == 0 || errno != EINTR)
            return text;
    }
}

} // namespace

Result<wire::Json> runTestProgram(const std::vector<std::string> &arguments) {
    if (access(kTestProgram, X_OK) != 0)
        return Error{"this agent has no program for tests"};
    std::vector<char *> words = {const_cast<char *>(kTestProgram)};
    for (const auto &argument : arguments)
        words.push_back(const_cast<char *>(argument.c_str()));
    words.push_back(nullptr);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return errnoError("cannot make a pipe");
    UniqueFd out(ends[0]), in(ends[1]);
    pid_t child = fork();
    if (child < 0)
        return errnoError("cannot start the program");
    if (child == 0) {
        dup2(in.get(), STDOUT_FILENO);
        dup2(in.get(), STDERR_FILENO);
        execv(kTestProgram, words.data());
        _exit(127);
    }
    in.reset();
    auto text = readAll(out.get());
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return wire::Json{{"status", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)},
                      {"output", text}};
}

} // namespace lg
