# Installs heddle into a folder of the build tree and builds a user's project against it.
function(heddle_consumer_test name script)
  add_test(NAME consumer.${name}
    COMMAND "${CMAKE_COMMAND}"
      "-Dcomponent=${name}"
      "-Dbuild=${PROJECT_BINARY_DIR}"
      "-Dsource=${PROJECT_SOURCE_DIR}"
      "-Dproject=${PROJECT_SOURCE_DIR}/tests/consumer"
      "-Dfolder=${PROJECT_BINARY_DIR}/consumer/${name}"
      "-Dgenerator=${CMAKE_GENERATOR}"
      "-Dcompiler=${CMAKE_CXX_COMPILER}"
      "-Dsanitize=${HEDDLE_SANITIZE}"
      "-Dlauncher=${heddle_launcher}"
      "-Dpkg_config=${heddle_pkg_config}"
      -P "${PROJECT_SOURCE_DIR}/tests/consumer/${script}.cmake")
  set_tests_properties(consumer.${name} PROPERTIES LABELS "consumer;slow"
    SKIP_RETURN_CODE 77)
endfunction()

heddle_consumer_test(sync run)
if(HEDDLE_CHECKER)
  heddle_consumer_test(checker run)
  heddle_consumer_test(checker_fine run)
  heddle_consumer_test(main run)
endif()
find_program(heddle_pkg_config pkg-config)
if(heddle_pkg_config)
  heddle_consumer_test(pkg_config pkg_config)
endif()
if(NOT HEDDLE_SANITIZE)
  heddle_consumer_test(fetch_content fetch)
  find_program(heddle_dpkg_deb dpkg-deb)
  if(heddle_dpkg_deb AND HEDDLE_CHECKER)
    heddle_consumer_test(deb deb)
  endif()
endif()
