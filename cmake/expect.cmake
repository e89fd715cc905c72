# cmake -Dresult=FAILS|SUCCEEDS -Dtext=REGEX -P expect.cmake -- command...
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/arguments.cmake")

execute_process(COMMAND ${command}
  RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
string(REPLACE ";" " " shown "${command}")
if(code EQUAL 0 AND result STREQUAL "FAILS")
  message(FATAL_ERROR "succeeded, but must fail: ${shown}\n${output}")
endif()
if(NOT code EQUAL 0 AND NOT result STREQUAL "FAILS")
  message(FATAL_ERROR "failed (${code}): ${shown}\n${output}")
endif()
if(text AND NOT output MATCHES "${text}")
  message(FATAL_ERROR "the output does not match '${text}': ${shown}\n${output}")
endif()
