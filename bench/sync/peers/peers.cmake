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

find_program(HEDDLE_GO go)
mark_as_advanced(HEDDLE_GO)
if(HEDDLE_GO)
  set(go_peer "${CMAKE_CURRENT_BINARY_DIR}/go_peer")
  set(go_source "${CMAKE_CURRENT_SOURCE_DIR}/sync/peers/go/main.go")
  add_custom_command(OUTPUT "${go_peer}"
    COMMAND "${CMAKE_COMMAND}" -E env GO111MODULE=off CGO_ENABLED=0
      "GOCACHE=${CMAKE_CURRENT_BINARY_DIR}/go_cache"
      "${HEDDLE_GO}" build -o "${go_peer}" "${go_source}"
    DEPENDS "${go_source}"
    VERBATIM)
  target_sources(bench_sync PRIVATE "${go_peer}")
  bench_peer(go)
  set_source_files_properties(sync/peers/go.cpp PROPERTIES
    COMPILE_DEFINITIONS "HEDDLE_GO_PEER=\"${go_peer}\"")
endif()
