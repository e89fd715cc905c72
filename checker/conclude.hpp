// What becomes of the verdict of a check.
#pragma once

#include <heddle/checker/verdict.hpp>
#include <heddle/sync/location.hpp>

namespace heddle::detail {

/// Tells the handlers; without one, anything but a pass is printed and thrown as check_failed.
void conclude(verdict result, location caller);

}  // namespace heddle::detail
