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

# For builds without CMake.  The prefix is the one of the installation, known only then.
install(CODE "
  set(CMAKE_INSTALL_LIBDIR \"${CMAKE_INSTALL_LIBDIR}\")
  set(CMAKE_INSTALL_INCLUDEDIR \"${CMAKE_INSTALL_INCLUDEDIR}\")
  set(heddle_VERSION \"${heddle_VERSION}\")
  get_filename_component(CMAKE_INSTALL_PREFIX \"\${CMAKE_INSTALL_PREFIX}\" ABSOLUTE)
  configure_file(\"${CMAKE_CURRENT_LIST_DIR}/heddle-sync.pc.in\"
    \"${PROJECT_BINARY_DIR}/package/heddle-sync.pc\" @ONLY)
" COMPONENT sync)
install(FILES "${PROJECT_BINARY_DIR}/package/heddle-sync.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT sync)

if(HEDDLE_CHECKER)
  foreach(target IN ITEMS heddle_checker heddle_checker_noalloc heddle_checker_fine
      heddle_checker_fine_noalloc heddle_checker_core heddle_scheduler heddle_arena_new
      heddle_boost_test heddle_rapidcheck heddle_main)
    if(TARGET ${target})
      list(APPEND controlled ${target})
    endif()
  endforeach()
  heddle_install(checker ${controlled})
  if(TARGET heddle_mpi_ranks)
    heddle_install(mpi heddle_mpi_ranks)
  endif()
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
  install(FILES "${PROJECT_SOURCE_DIR}/docs/man/heddle.1"
    DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT checker)
  install(FILES "${PROJECT_SOURCE_DIR}/tools/completion/heddle.bash" RENAME heddle
    DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" COMPONENT checker)
endif()

# cpack -G DEB makes a package of each component, cpack -G TGZ an archive.
if(PROJECT_IS_TOP_LEVEL)
  set(CPACK_PACKAGE_NAME heddle)
  set(CPACK_PACKAGE_VENDOR heddle)
  set(CPACK_PACKAGE_CONTACT "heddle <heddle@localhost>")
  set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Go-style synchronisation primitives, and a model checker")
  set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_COMPONENTS_ALL sync)
  if(HEDDLE_CHECKER)
    list(APPEND CPACK_COMPONENTS_ALL checker)
  endif()
  set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
  set(CPACK_DEB_COMPONENT_INSTALL ON)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
  set(CPACK_DEBIAN_SYNC_PACKAGE_NAME libheddle-sync-dev)
  set(CPACK_DEBIAN_SYNC_PACKAGE_SECTION libdevel)
  set(CPACK_DEBIAN_CHECKER_PACKAGE_NAME libheddle-checker-dev)
  set(CPACK_DEBIAN_CHECKER_PACKAGE_SECTION libdevel)
  set(CPACK_DEBIAN_CHECKER_PACKAGE_DEPENDS
    "libboost-context-dev (>= 1.74), libboost-test-dev (>= 1.74), librapidcheck-dev")
  include(CPack)
  cpack_add_component(sync DESCRIPTION "Go-style synchronisation primitives for C++20")
  cpack_add_component(checker DEPENDS sync
    DESCRIPTION "Deterministic model checker for programs that use libheddle-sync-dev")
endif()
