# Each peer that is installed adds its file, which adds its subjects.
function(bench_peer name)
  target_sources(bench_sync PRIVATE sync/peers/${name}.cpp)
  target_link_libraries(bench_sync PRIVATE ${ARGN})
  message(STATUS "bench_sync: measured beside ${name}")
endfunction()

find_package(absl QUIET)
if(TARGET absl::synchronization)
  bench_peer(absl absl::synchronization absl::base)
endif()

find_package(TBB QUIET)
if(TARGET TBB::tbb)
  bench_peer(tbb TBB::tbb)
endif()

find_package(Boost 1.74 QUIET COMPONENTS thread)
if(TARGET Boost::thread)
  bench_peer(boost Boost::thread)
endif()

find_library(HEDDLE_NSYNC nsync_cpp)
find_path(HEDDLE_NSYNC_INCLUDE nsync.h)
mark_as_advanced(HEDDLE_NSYNC HEDDLE_NSYNC_INCLUDE)
if(HEDDLE_NSYNC AND HEDDLE_NSYNC_INCLUDE)
  bench_peer(nsync "${HEDDLE_NSYNC}")
endif()
