# Settings for every target: the language, the warnings, the sanitizers, the linker.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(APIOPS_SANITIZE "" CACHE STRING "Sanitizers for every target, as clang names them: address,undefined or thread")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wno-missing-designated-field-initializers -Werror -fno-omit-frame-pointer)
add_link_options(-fuse-ld=lld-19)
if(APIOPS_SANITIZE)
  add_compile_options(-fsanitize=${APIOPS_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${APIOPS_SANITIZE})
else()
  # What runs at the start only stands together, equal code once, relocations packed: less of the program is in memory.
  # (The sanitizers' archives make the linker warn about equal code.)
  add_link_options(-Wl,-O2 -Wl,--gc-sections -Wl,--icf=safe -Wl,-z,keep-text-section-prefix -Wl,-z,pack-relative-relocs)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()

# apiops_library(NAME FOLDER... ): one static library of all sources below the folders, with the project's root as its
# only include path, so that every include names the room it comes from.
function(apiops_library name)
  set(sources "")
  foreach(folder ${ARGN})
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${folder}/*.cc)
    list(APPEND sources ${found})
  endforeach()
  if(sources STREQUAL "")
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>)
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}> $<INSTALL_INTERFACE:include/apiops>)
endfunction()
