// SPDX-License-Identifier: GPL-2.0-or-later
// QEMU's control socket (QMP): one command, one answer.  Events are passed over.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

namespace lg {

class Qmp {
public:
    Qmp(UniqueFd socket, std::stop_token stop)
        : socket_(std::move(socket)), stop_(std::move(stop)) {}

    // Before the first command.
    Result<void> greet();
    Result<nlohmann::json> command(const std::string &name, nlohmann::json arguments = {});
    // Asks `query` again and again until its "status" is none of `passing`, and gives it.
    Result<std::string> settle(const std::string &query, const std::vector<std::string> &passing,
                               std::chrono::milliseconds limit);

private:
    Result<nlohmann::json> receive();

    UniqueFd socket_;
    std::stop_token stop_;
    std::string buffer_;
};

} // namespace lg
