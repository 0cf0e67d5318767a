// How a command that answers with a text ends.
#pragma once

#include <iostream>
#include <string>

#include "ingest_report.h"
#include "vedette/base/result.h"

namespace vedette::server {

// The exit status: the text goes to standard output, an error to standard error.
inline int print_answer(const base::Result<std::string>& answer) {
  if (answer)
    std::cout << *answer << std::flush;
  else
    std::cerr << "vedette: " << error_text(answer.error()) << "\n";
  return answer ? 0 : 1;
}

}  // namespace vedette::server
