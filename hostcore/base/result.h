// SPDX-License-Identifier: GPL-2.0-or-later
// Errors as values.  An Error is one line for a human: what failed, on what, and why.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace lg {

struct Error {
    std::string message;
};

// "cannot open /dev/lguest: No such file or directory" from the present errno.
Error errnoError(const std::string &what);

template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T &value() & { return std::get<0>(state_); }
    const T &value() const & { return std::get<0>(state_); }
    T &&value() && { return std::get<0>(std::move(state_)); }
    T &operator*() & { return value(); }
    const T &operator*() const & { return value(); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }

    const Error &error() const { return std::get<1>(state_); }
    const std::string &message() const { return error().message; }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)), ok_(false) {}

    bool ok() const { return ok_; }
    explicit operator bool() const { return ok_; }

    const Error &error() const { return error_; }
    const std::string &message() const { return error_.message; }

private:
    Error error_;
    bool ok_ = true;
};

} // namespace lg
