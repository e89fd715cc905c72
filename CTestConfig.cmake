# Read by include(CTest).  `ctest -T Start -T Test` works without a server; `ctest -D Nightly`
# submits to the address below, or to the one of -DHEDDLE_SUBMIT_URL given at configure time.
set(CTEST_PROJECT_NAME "heddle")
set(CTEST_NIGHTLY_START_TIME "01:00:00 UTC")
if(HEDDLE_SUBMIT_URL)
  set(CTEST_SUBMIT_URL "${HEDDLE_SUBMIT_URL}")
else()
  set(CTEST_SUBMIT_URL "http://localhost:8080/submit.php?project=heddle")
endif()
set(CTEST_DROP_SITE_CDASH TRUE)
