// Two variables that are set one after the other (SCTBench, reorder_3).
#include <heddle/models/bugs/many_setters.hpp>

#include <heddle/checker/model.hpp>
#include <heddle/sync/shared.hpp>

namespace heddle::bugs {

namespace {

const model_registration repaired{{
    .name = "bugs/reorder_3",
    .body = [] { many_setters<shared<int>>(2, true); },
    .summary = "one lock is held over both stores, and over the check",
    .complaint = not_exhaustive,
}};

const model_registration race{{
    .name = "bugs/reorder_3_race",
    .expected = finding_kind::data_race,
    .body = [] { many_setters<shared<int>>(2, false); },
    .summary = "nothing orders the stores and the check",
}};

const model_registration half_set{{
    .name = "bugs/reorder_3_half_set",
    .expected = finding_kind::assertion,
    .body = [] { many_setters<relaxed_int>(2, false); },
    .summary = "the checker sees the first store and not the second",
}};

const large_model repaired_large{{
    .name = "bugs/reorder_8",
    .body = [] { many_setters<shared<int>>(7, true); },
    .summary = "seven setters and a checker under one lock",
    .whole = true,
    .complaint = not_exhaustive,
}};

const large_model half_set_large{{
    .name = "bugs/reorder_8_half_set",
    .expected = finding_kind::assertion,
    .body = [] { many_setters<relaxed_int>(7, false); },
    .summary = "the checker sees the first store of seven setters and none of their second ones",
}};

}  // namespace

}  // namespace heddle::bugs
