# Run by a test: break_at stops gdb before the step, and tools/gdb/heddle.py shows all stacks.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${command}" run --models seeds/lock_order_inconsistent --verbose
  OUTPUT_VARIABLE output)
string(REGEX MATCH "replay: [^ ]+ replay (h1-[^\n]+)" unused "${output}")
set(token "${CMAKE_MATCH_1}")

execute_process(COMMAND "${command}" replay "${token}" --break-at 3
  RESULT_VARIABLE code ERROR_VARIABLE errors OUTPUT_VARIABLE output)
if(NOT code EQUAL 2 OR NOT errors MATCHES "^heddle: break_at needs a debugger[^\n]*\n$")
  message(FATAL_ERROR "without a debugger: ${code}\n${output}${errors}")
endif()
execute_process(COMMAND "${command}" replay "${token}" --break-at 4
  RESULT_VARIABLE code ERROR_VARIABLE errors OUTPUT_VARIABLE output)
if(NOT code EQUAL 2 OR NOT errors STREQUAL "heddle: break_at: the schedule has 3 steps\n")
  message(FATAL_ERROR "behind the end: ${code}\n${output}${errors}")
endif()

execute_process(COMMAND "${gdb}" -q -nx -batch -ex "source ${script}" -ex run
    -ex "heddle threads" -ex "heddle bt 0" -ex "heddle bt 1" -ex "heddle bt 2" -ex continue
    --args "${command}" replay "${token}" --break-at 3
  OUTPUT_VARIABLE output ERROR_VARIABLE output)
set(helpless "ptrace: Operation not permitted" "Could not trace the inferior"
  "scripting in the \"Python\" language")
list(JOIN helpless "|" helpless)
if(output MATCHES "${helpless}")
  message(STATUS "skipped: this gdb can trace nothing here, or knows no Python")
  return()
endif()
foreach(expected IN ITEMS
    "received signal SIGTRAP"
    "\n  0  is ready, machine at lock_order.cpp:24\n"
    "\n\\* 1  runs, machine at lock_order.cpp:23\n"
    "transfer_source_first [^\n]*=7\\)[^\n]*lock_order.cpp:24"
    "transfer_source_first [^\n]*=5\\)[^\n]*lock_order.cpp:23"
    "usage: heddle threads"
    "\nheddle: deadlock after 3 steps\n"
    "exited with code 01")
  if(NOT output MATCHES "${expected}")
    message(FATAL_ERROR "gdb shows nothing that matches '${expected}':\n${output}")
  endif()
endforeach()
