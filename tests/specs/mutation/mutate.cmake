# One mutant of the list, by its `id`.  With `copy`: writes the mutated file there.  With `mutant`,
# a program of Boost.Test: passes if a case of the entry's pattern fails in it.
#
# A text that does not stand exactly once in the file is not replaced, so that the rest still
# builds, and the test fails.
function(mutant name)
  if(NOT name STREQUAL id)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FILE;IN;CASE;BEFORE;AFTER" "")
  file(READ "${specs}/${arg_FILE}.hpp" text)
  string(FIND "${text}" "${arg_BEFORE}" first)
  string(FIND "${text}" "${arg_BEFORE}" last REVERSE)
  set(found_once FALSE)
  if(first GREATER_EQUAL 0 AND first EQUAL last)
    set(found_once TRUE)
    string(REPLACE "${arg_BEFORE}" "${arg_AFTER}" text "${text}")
  endif()
  set(text "${text}" PARENT_SCOPE)
  set(found_once "${found_once}" PARENT_SCOPE)
  set(case "${arg_CASE}" PARENT_SCOPE)
endfunction()

set(found_once FALSE)
include("${list}")
if(DEFINED copy)
  set(old "")
  if(EXISTS "${copy}")
    file(READ "${copy}" old)
  endif()
  if(NOT EXISTS "${copy}" OR NOT text STREQUAL old)
    file(WRITE "${copy}" "${text}")
  endif()
  return()
endif()

if(NOT found_once)
  message(FATAL_ERROR "mutant ${id} is out of date: its text does not stand once in the file")
endif()
execute_process(COMMAND "${mutant}" "--run_test=${case}" --color_output=no
  OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE code)
# What Boost.Test returns where cases have failed; anything else is no verdict.
if(NOT code EQUAL 201)
  message(FATAL_ERROR "mutant ${id} was not killed by ${case}: ${code}\n${output}")
endif()
string(REGEX MATCH "error: in \"([^\"]*)\"" unused "${output}")
message("${id}: killed by ${CMAKE_MATCH_1}")
