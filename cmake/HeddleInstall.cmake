# Component `sync` is what production needs; component `checker` adds the rest.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/heddle")

# The libraries, headers and CMake files of one component.
function(heddle_install component)
  install(TARGETS ${ARGN} EXPORT heddle-${component}
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT ${component})
  install(EXPORT heddle-${component} NAMESPACE heddle:: DESTINATION "${package_dir}"
    FILE heddle-${component}.cmake COMPONENT ${component})
endfunction()

heddle_install(sync heddle_sync)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/sync" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/heddle"
  COMPONENT sync FILES_MATCHING PATTERN "*.hpp"
  REGEX "/platform/(fine\\.hpp|coarse\\.hpp|transition\\.hpp|coarse)$" EXCLUDE)

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/heddleConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/package/heddleConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/heddleConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/package/heddleConfig.cmake"
  "${PROJECT_BINARY_DIR}/package/heddleConfigVersion.cmake"
  DESTINATION "${package_dir}" COMPONENT sync)

if(HEDDLE_CHECKER)
  foreach(target IN ITEMS heddle_checker heddle_checker_noalloc heddle_checker_fine
      heddle_checker_fine_noalloc heddle_checker_core heddle_scheduler heddle_arena_new
      heddle_boost_test heddle_rapidcheck)
    if(TARGET ${target})
      list(APPEND controlled ${target})
    endif()
  endforeach()
  heddle_install(checker ${controlled})
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/scheduler" "${PROJECT_SOURCE_DIR}/checker"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/heddle"
    COMPONENT checker FILES_MATCHING PATTERN "*.hpp")
  install(FILES "${PROJECT_SOURCE_DIR}/sync/platform/fine.hpp"
    "${PROJECT_SOURCE_DIR}/sync/platform/coarse.hpp"
    "${PROJECT_SOURCE_DIR}/sync/platform/transition.hpp"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/heddle/sync/platform" COMPONENT checker)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/sync/platform/coarse"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/heddle/sync/platform" COMPONENT checker)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/models/specs"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/heddle/models" COMPONENT checker)
  install(FILES "${CMAKE_CURRENT_LIST_DIR}/HeddleBoostTest.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/HeddleDiscover.cmake"
    DESTINATION "${package_dir}" COMPONENT checker)
endif()
