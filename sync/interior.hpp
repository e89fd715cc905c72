// The plain memory inside of channels and contexts.
#pragma once

#include <type_traits>
#include <utility>

#include <heddle/sync/location.hpp>
#include <heddle/sync/platform.hpp>
#include <heddle/sync/shared.hpp>

namespace heddle::detail {

/// Memory that a `section` guards.  Under fine control every access is checked for races; under
/// coarse control a section orders nothing, so there it is not.
template <class P, class T>
class interior : public basic_shared<P, T> {
 public:
  using basic_shared<P, T>::basic_shared;
};

}  // namespace heddle::detail
