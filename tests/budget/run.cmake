# Lists the sample with a time limit of 5 s for each case and runs ctest: no case is stopped, and
# each says what it came to.  The budgets of checks are 30 s.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${CMAKE_COMMAND}" "-Dtarget=sample" "-Dprogram=${program}"
  "-Dlisting=${folder}/CTestTestfile.cmake" "-Dtimeout=5" "-Dlauncher=${launcher}"
  "-Denvironment=BOOST_TEST_LOG_LEVEL=message" -P "${script}" COMMAND_ERROR_IS_FATAL ANY)

function(run_case name)
  string(TIMESTAMP begin "%s")
  execute_process(COMMAND "${ctest}" --test-dir "${folder}" --verbose -R "^${name}$"
    OUTPUT_VARIABLE output RESULT_VARIABLE code)
  string(TIMESTAMP end "%s")
  if(launcher AND output MATCHES "[Ss]kipped: this system refuses")
    return()
  endif()
  math(EXPR seconds "${end} - ${begin}")
  if(output MATCHES "Timeout" OR seconds GREATER 6)
    message(FATAL_ERROR "${name} was stopped, or took ${seconds} s\n${output}")
  endif()
  set(code "${code}" PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
  foreach(expected IN LISTS ARGN)
    if(NOT output MATCHES "${expected}")
      message(FATAL_ERROR "${name} does not say: ${expected}\n${output}")
    endif()
  endforeach()
endfunction()

set(passed "ok: [^\n]*sampled [0-9]+ executions under rc11, [^\n]*, unseen mass ")
set(given_up "; not exhausted after [0-9]+ of about ")
run_case(alone "heddle: large: ${passed}[^\n]*${given_up}")
if(NOT code EQUAL 0)
  message(FATAL_ERROR "a check within its time limit fails\n${output}")
endif()
run_case(two_with_budgets "heddle: first: ${passed}" "heddle: second: ${passed}")
if(NOT code EQUAL 0)
  message(FATAL_ERROR "checks with budgets fail\n${output}")
endif()
run_case(the_second_of_two "heddle: first: ${passed}"
  "heddle: second: incomplete: 0 executions [^\n]*raise the time limit of the test")
if(code EQUAL 0)
  message(FATAL_ERROR "a check without time passes\n${output}")
endif()
