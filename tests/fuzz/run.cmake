# cmake -Dtarget=PROGRAM -Dfolder=FOLDER -P run.cmake
#
# libFuzzer finds the bug of the target within a bounded number of runs; the input that it keeps
# fails again with the same token; and the token replays.  Options that mean nothing there are
# refused.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${folder}")
file(MAKE_DIRECTORY "${folder}")

function(run result)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${folder}"
    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(code EQUAL 0)
    message(FATAL_ERROR "nothing was found: ${ARGN}\n${output}")
  endif()
  if(NOT output MATCHES "failed: assertion" OR NOT output MATCHES "replay=(h1-[A-Za-z0-9_-]+)")
    message(FATAL_ERROR "no report (${code}): ${ARGN}\n${output}")
  endif()
  set(${result} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()

run(found "${target}" -runs=20000 -seed=1 -artifact_prefix=kept-)
file(GLOB kept "${folder}/kept-crash-*")
if(NOT kept)
  message(FATAL_ERROR "the fuzzer has kept no input")
endif()
run(again "${target}" ${kept})
run(replayed "${CMAKE_COMMAND}" -E env "HEDDLE_PARAMS=replay=${found}" "${target}" ${kept})
if(NOT again STREQUAL found OR NOT replayed STREQUAL found)
  message(FATAL_ERROR "other tokens: ${found}, ${again}, ${replayed}")
endif()
foreach(refused IN ITEMS "report=page.html" "replay=${found} break_at=2")
  execute_process(COMMAND "${CMAKE_COMMAND}" -E env "HEDDLE_PARAMS=${refused}" "${target}" ${kept}
    WORKING_DIRECTORY "${folder}" RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(code EQUAL 0 OR NOT output MATCHES "heddle: a fuzz target writes no report")
    message(FATAL_ERROR "${refused} is not refused (${code}):\n${output}")
  endif()
endforeach()
message(STATUS "found, kept and replayed: ${found}")
