#pragma once

#include <exception>

#include <heddle/scheduler/finding.hpp>

namespace heddle {

/// Turns the exceptions of a test framework into findings; returns false for those it does not
/// know. Runs with the heap of the execution off.
using exception_translator = bool (*)(const std::exception_ptr& thrown, finding& into);

/// Adds a translator for the rest of the process.
void add_exception_translator(exception_translator translator);

/// What an exception that left a thread's function means.
[[nodiscard]] finding translate_exception(const std::exception_ptr& thrown);

}  // namespace heddle
