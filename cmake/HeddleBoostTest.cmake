# heddle_discover_tests(target [PREFIX text] [LABELS label...] [TIMEOUT seconds]
#                       [LAUNCHER command...] [ENVIRONMENT name=value...])
#
# Gives ctest one test for each case of a Boost.Test program, each run in a process of its own:
# nested suites, data and template cases included.  After each build the program is asked for its
# cases by --list_content=DOT; from there come the labels and the timeout of the decorators and
# which cases are disabled.
#
#   PREFIX    goes before each name; "sync." gives sync.suite/case
#   LABELS    for every case, besides its own
#   TIMEOUT   in seconds, where a case has no timeout decorator; checks are told of it (or of the
#             decorator) by the environment variable HEDDLE_TIMEOUT, and end with their verdict
#             before it
#   LAUNCHER  a command that runs the program; if it ends with 77, the tests are skipped

# heddle_test_timeout(seconds test...)
#
# Sets the TIMEOUT of tests of add_test, and tells their checks of it.

set(HEDDLE_DISCOVER_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/HeddleDiscover.cmake")

function(heddle_test_timeout seconds)
  set_tests_properties(${ARGN} PROPERTIES TIMEOUT ${seconds})
  set_property(TEST ${ARGN} APPEND PROPERTY ENVIRONMENT "HEDDLE_TIMEOUT=${seconds}")
endfunction()

function(heddle_discover_tests target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PREFIX;TIMEOUT" "LABELS;LAUNCHER;ENVIRONMENT")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "heddle_discover_tests: unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(listing "${CMAKE_CURRENT_BINARY_DIR}/${target}_tests.cmake")
  add_custom_command(TARGET ${target} POST_BUILD
    BYPRODUCTS "${listing}"
    COMMAND "${CMAKE_COMMAND}"
      -D "target=${target}"
      -D "program=$<TARGET_FILE:${target}>"
      -D "listing=${listing}"
      -D "prefix=${arg_PREFIX}"
      -D "labels=${arg_LABELS}"
      -D "timeout=${arg_TIMEOUT}"
      -D "launcher=${arg_LAUNCHER}"
      -D "environment=${arg_ENVIRONMENT}"
      -P "${HEDDLE_DISCOVER_SCRIPT}"
    VERBATIM)
  # ctest reads this file; before the first build it says so in a test that cannot run.
  set(include_file "${CMAKE_CURRENT_BINARY_DIR}/${target}_include.cmake")
  file(WRITE "${include_file}"
    "if(EXISTS \"${listing}\")\n"
    "  include(\"${listing}\")\n"
    "else()\n"
    "  add_test(${target}_not_built ${target}_not_built)\n"
    "endif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${include_file}")
endfunction()
