// The coarse platform: each primitive is its machine of models/specs, and a call is one operation
// of the machine, or a few; atomics, threads and time are those of the fine platform.
//
// basic_mutex<coarse_platform> and its siblings are explicit specialisations with the public face
// of the text that ships.  They keep nothing but the identity of an object: its state is a word of
// the execution, and `control::apply` steps it.
#pragma once

#include <heddle/sync/platform/fine.hpp>

namespace heddle {

struct coarse_platform : fine_platform {};

}  // namespace heddle

#include <heddle/sync/platform/coarse/cond.hpp>
#include <heddle/sync/platform/coarse/mutex.hpp>
#include <heddle/sync/platform/coarse/once.hpp>
#include <heddle/sync/platform/coarse/rw_mutex.hpp>
#include <heddle/sync/platform/coarse/scalable_rw_mutex.hpp>
#include <heddle/sync/platform/coarse/semaphore.hpp>
#include <heddle/sync/platform/coarse/wait_group.hpp>
#include <heddle/sync/platform/coarse/waiting.hpp>
