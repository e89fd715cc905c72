// A search made by the ranks of an MPI job.  All of them run the same program with the same
// arguments and come to the same searches; what one search gives, rank 0 tells all, so that they go
// on alike.
#pragma once

#include <heddle/checker/jobs.hpp>

namespace heddle::detail {

/// As search_in_processes(), by the ranks instead of forked processes, and without their allowance
/// of executions.  A rank that dies ends the job: go on with the checkpoint.
/// Misuse: unless all ranks call it, after MPI_Init().
[[nodiscard]] jobs_result search_by_ranks(divided_search& search, jobs_request request);

}  // namespace heddle::detail
