// A file as a table of KQL, read where it is and stored nowhere. Its columns are the members of its records, in the
// order in which they first appear; of text by line there is one, `Text`.
//
// The whole file is read once to learn what types its columns have: bool, long, real, datetime (ISO 8601 texts) or
// string when all values of a column are so, dynamic when they differ or are nested. In CSV, texts count as what they
// spell. A query reads the file again, a batch at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "vedette/base/result.h"
#include "vedette/ingest/record_reader.h"
#include "vedette/io/file_system.h"
#include "vedette/kql/plan/table_source.h"

namespace vedette::ingest {

inline constexpr size_t file_table_columns_max = 2'000;

// `declared`: the columns and types that the table has instead; null to find them out. Errors: io_error; bad_request
// for a record that cannot be read, naming it; limit_exceeded for too many columns.
base::Result<std::shared_ptr<const kql::TableSource>> open_file_table(io::FileSystem& files, const std::string& path,
                                                                      const columnar::Schema* declared);

// The records of an input as rows of `schema`, whose column `Text` is the line of text by line. `name` names the input
// in errors: bad_request for a record that cannot be read. The schema must stay.
std::unique_ptr<kql::BatchStream> read_rows(const Input& input, std::string name, ReadOptions options,
                                            const columnar::Schema& schema, const kql::ScanRequest& request);

// What a query calls a file that was given no name: "C:/logs/conn-2024.log.gz" is conn_2024.
std::string file_table_name(std::string_view path);

}  // namespace vedette::ingest
