# Installs heddle into a folder of the build tree and builds a user's project against it.
function(heddle_consumer_test component)
  add_test(NAME consumer.${component}
    COMMAND "${CMAKE_COMMAND}"
      "-Dcomponent=${component}"
      "-Dbuild=${PROJECT_BINARY_DIR}"
      "-Dproject=${PROJECT_SOURCE_DIR}/tests/consumer"
      "-Dfolder=${PROJECT_BINARY_DIR}/consumer/${component}"
      "-Dgenerator=${CMAKE_GENERATOR}"
      "-Dcompiler=${CMAKE_CXX_COMPILER}"
      "-Dsanitize=${HEDDLE_SANITIZE}"
      "-Dlauncher=${heddle_launcher}"
      -P "${PROJECT_SOURCE_DIR}/tests/consumer/run.cmake")
  set_tests_properties(consumer.${component} PROPERTIES LABELS "consumer;slow"
    SKIP_RETURN_CODE 77)
endfunction()

heddle_consumer_test(sync)
if(HEDDLE_CHECKER)
  heddle_consumer_test(checker)
  heddle_consumer_test(checker_fine)
endif()
