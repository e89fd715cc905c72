include("${HEDDLE_SOURCE}/CTestConfig.cmake")
