# How everything is compiled: one interface target that every target of ours links.
add_library(troupe_settings INTERFACE)
target_compile_features(troupe_settings INTERFACE cxx_std_20)
target_include_directories(troupe_settings INTERFACE
  "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
target_compile_options(troupe_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wno-missing-field-initializers)
if(BUILD_TESTING AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_CXX_FLAGS_DEBUG MATCHES "-fsanitize")
  # For those who develop; GCC 12 suspects too much in what sanitizers have changed. Who only builds the server may have a compiler that sees more.
  target_compile_options(troupe_settings INTERFACE -Werror)
endif()
# Boost's assertions are reported and survived (core/boost_assert.cpp): Beast's parser has some that a peer can reach.
target_compile_definitions(troupe_settings INTERFACE
  BOOST_ENABLE_ASSERT_HANDLER SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)

# Our own assertions and those of the standard library stay on in every build.
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")
string(REPLACE "-g" "-g1" CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")
target_compile_definitions(troupe_settings INTERFACE _GLIBCXX_ASSERTIONS)
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  # GCC 12 is wrong about optionals once it optimizes.
  target_compile_options(troupe_settings INTERFACE -Wno-maybe-uninitialized
    -fstack-protector-strong -fstack-clash-protection -fcf-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  target_link_options(troupe_settings INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE ccache)
if(CCACHE)
  # Without this it would not cache what uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 "${CCACHE}")
endif()
find_program(MOLD mold)
find_program(LLD ld.lld)
if(MOLD)
  add_link_options(-fuse-ld=mold)
elseif(LLD)
  add_link_options(-fuse-ld=lld)
endif()
