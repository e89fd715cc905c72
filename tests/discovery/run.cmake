# Lists the sample as a build would, compares with expected.listing, and runs each case by itself.
cmake_minimum_required(VERSION 3.25)

set(listing "${folder}/CTestTestfile.cmake")
execute_process(COMMAND "${CMAKE_COMMAND}" "-Dtarget=sample" "-Dprogram=${program}"
  "-Dlisting=${listing}" "-Dprefix=x." "-Dlabels=folder" "-Dtimeout=60" "-Dlauncher=${launcher}"
  "-Denvironment=KEY=value" -P "${script}" COMMAND_ERROR_IS_FATAL ANY)

file(READ "${listing}" found)
file(READ "${expected}" wanted)
# The command line up to the case differs from build to build.
set(start "(add_test\\(\\[==\\[[^\n=]*\\]==\\]) ")
string(REGEX REPLACE "${start}[^\n]*(\\[==\\[--run_test=)" "\\1 ... \\2" found "${found}")
if(NOT found STREQUAL wanted)
  message(FATAL_ERROR "the listing is\n${found}\nand should be\n${wanted}")
endif()

# Where the launcher skips, ctest is told of one test, which is skipped.
set(refused "${folder}/refused/CTestTestfile.cmake")
execute_process(COMMAND "${CMAKE_COMMAND}" "-Dtarget=sample" "-Dprogram=${program}"
  "-Dlisting=${refused}" "-Dlauncher=sh;-c;exit 77" -P "${script}" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${ctest}" --test-dir "${folder}/refused"
  OUTPUT_VARIABLE output RESULT_VARIABLE code)
if(NOT code EQUAL 0 OR NOT output MATCHES "sample [.]*[*]*Skipped")
  message(FATAL_ERROR "a refused launcher is not a skipped test\n${output}")
endif()

# A program that lists nothing is an error of the build.
execute_process(COMMAND "${CMAKE_COMMAND}" "-Dtarget=sample" "-Dprogram=${CMAKE_COMMAND}"
  "-Dlisting=${refused}" -P "${script}" RESULT_VARIABLE code ERROR_VARIABLE output)
if(code EQUAL 0 OR NOT output MATCHES "lists no cases")
  message(FATAL_ERROR "a program without cases is no error\n${output}")
endif()

# All but the disabled ones pass, each alone: also the names with blanks and brackets select.
execute_process(COMMAND "${ctest}" --test-dir "${folder}" --verbose
  OUTPUT_VARIABLE output RESULT_VARIABLE code)
string(REGEX MATCHALL "Running 1 test case" alone "${output}")
list(LENGTH alone count)
if(launcher AND output MATCHES "[Ss]kipped: this system refuses")
  return()
endif()
# `dependent` runs with `plain`, on which it depends: two cases.
if(NOT code EQUAL 0 OR NOT count EQUAL 8 OR NOT output MATCHES "Running 2 test cases")
  message(FATAL_ERROR "${count} cases ran alone, 8 should\n${output}")
endif()
