// `hunt --file [NAME=]PATH`: files beside the tables that a query may name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/kql/plan/table_source.h"

namespace vedette::server {

// `tables` and a table for each file. A file's name hides the table of that name, and then has its columns and types.
// Errors: those of ingest::open_file_table; bad_request for a name that comes twice.
base::Result<std::shared_ptr<const kql::Catalog>> with_files(std::shared_ptr<const kql::Catalog> tables,
                                                             const std::vector<std::string>& files);

}  // namespace vedette::server
