// A work-stealing queue.
#include <heddle/models/bugs/work_stealing.hpp>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>

namespace heddle::bugs {

namespace {

const model_registration repaired{{
    .name = "bugs/work_stealing",
    .body = [] { work_stealing(2, 2, false); },
    .summary = "the owner claims an item before it looks for thieves",
    .complaint = not_exhaustive,
}};

const model_registration looks_first{{
    .name = "bugs/work_stealing_looks_first",
    .expected = finding_kind::assertion,
    .body = [] { work_stealing(2, 2, true); },
    .summary = "the owner looks for thieves before it claims an item",
}};

}  // namespace

}  // namespace heddle::bugs
