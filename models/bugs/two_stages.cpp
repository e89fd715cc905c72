// A value that is made in two stages (SCTBench, twostage).
#include <heddle/models/bugs/two_stages.hpp>

#include <heddle/checker/model.hpp>
#include <heddle/models/bugs/words.hpp>

namespace heddle::bugs {

namespace {

const model_registration repaired{{
    .name = "bugs/twostage",
    .body = [] { two_stages(1, true); },
    .summary = "the writer keeps the first lock until the second stage is made",
    .complaint = not_exhaustive,
}};

const model_registration between{{
    .name = "bugs/twostage_read_between",
    .expected = finding_kind::assertion,
    .body = [] { two_stages(1, false); },
    .summary = "the reader goes through both stages between the writer's",
}};

const large_model repaired_large{{
    .name = "bugs/twostage_5",
    .body = [] { two_stages(4, true); },
    .summary = "four writers, each of which keeps the first lock",
    .whole = true,
    .complaint = not_exhaustive,
}};

const large_model between_large{{
    .name = "bugs/twostage_5_read_between",
    .expected = finding_kind::assertion,
    .body = [] { two_stages(4, false); },
    .summary = "the reader overtakes the first of four writers between its stages",
}};

}  // namespace

}  // namespace heddle::bugs
