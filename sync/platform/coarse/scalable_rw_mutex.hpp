// The coarse scalable_rw_mutex, which means what rw_mutex means.
#pragma once

#include <heddle/sync/config.hpp>
#include <heddle/sync/platform/coarse/rw_mutex.hpp>

namespace heddle {

template <class P>
class basic_scalable_rw_mutex;

/// See sync/scalable_rw_mutex.hpp.
template <>
class HEDDLE_THREAD_SAFETY(capability("rw_mutex")) basic_scalable_rw_mutex<coarse_platform> final
    : public basic_rw_mutex<coarse_platform> {
 public:
  using basic_rw_mutex<coarse_platform>::basic_rw_mutex;
};

}  // namespace heddle
