# cmake -Dcommand=HEDDLE -Dother=HEDDLE -Dline=TEXT -P other_granularity.cmake
#
# A token that `other` prints replays there, and `command` refuses it with one line and code 2.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${other}" run --models seeds/lock_order_inconsistent --json -
  OUTPUT_VARIABLE json ERROR_VARIABLE table COMMAND_ERROR_IS_FATAL ANY)
string(JSON token GET "${json}" 0 token)

execute_process(COMMAND "${other}" replay "${token}"
  OUTPUT_VARIABLE report ERROR_VARIABLE complaint RESULT_VARIABLE code)
if(NOT code EQUAL 1 OR NOT report MATCHES "deadlock")
  message(FATAL_ERROR "the token does not replay where it is from: ${code}\n${report}${complaint}")
endif()

execute_process(COMMAND "${command}" replay "${token}"
  OUTPUT_VARIABLE report ERROR_VARIABLE complaint RESULT_VARIABLE code)
if(NOT code EQUAL 2 OR NOT report STREQUAL "" OR
    NOT complaint STREQUAL "heddle: replay: ${line}\n")
  message(FATAL_ERROR "exit ${code} instead of 2, or another line:\n${report}${complaint}")
endif()
