# cmake -Dresult=FILE -Dcommands=COMMAND|COMMAND... -P evidence.cmake
#
# Runs commands that must fail, of words with @ between, and writes what they print.
cmake_minimum_required(VERSION 3.25)

file(REMOVE "${result}")
string(REPLACE "|" ";" commands "${commands}")
foreach(command IN LISTS commands)
  string(REPLACE "@" ";" words "${command}")
  execute_process(COMMAND ${words} RESULT_VARIABLE code OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  if(code EQUAL 0)
    message(FATAL_ERROR "succeeded, but must fail: ${command}\n${output}")
  endif()
  file(APPEND "${result}" "${output}\n")
endforeach()
