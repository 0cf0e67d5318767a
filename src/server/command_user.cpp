// `vedette user`: the local users of a tenant, who sign in with a password; also while a server runs on the data
// folder.
#include <iostream>
#include <iterator>
#include <memory>

#include "commands.h"
#include "data_folder.h"
#include "printed_answer.h"
#include "vedette/auth/users.h"
#include "vedette/io/file_system.h"
#include "vedette/json/value.h"

namespace vedette::server {

using base::ErrorCode;
using base::fail;

namespace {

struct UserCommand {
  std::string data = "./vedette-data";
  std::string tenant, name, display_name, password_file;
  std::vector<std::string> roles;
};

json::Object as_json(const auth::Tenant& tenant, const auth::User& user) {
  json::Array roles;
  for (const auto& role : user.roles) roles.emplace_back(role);
  return {{"tenantId", tenant.id},   {"userId", user.id},
          {"name", user.name},       {"displayName", user.display_name},
          {"enabled", user.enabled}, {"roles", std::move(roles)}};
}

// A password is no argument: other users of the machine see those. The line's end is not part of it.
base::Result<std::string> read_password(const std::string& file) {
  std::string text;
  if (file == "-")
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  else
    text = TRY(io::read_file(io::posix_file_system(), file));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (text.find('\n') != text.npos) return fail(ErrorCode::bad_request, "A password is one line.");
  return text;
}

base::Result<std::string> create_user(const UserCommand& command) {
  auth::NewUser made{command.name, command.display_name, {}, command.roles};
  const bool generated = command.password_file.empty();
  made.password = generated ? auth::generate_password() : TRY(read_password(command.password_file));
  const auto folder = TRY(FolderDirectory::open(command.data));
  const auto tenant = TRY(folder->get().resolve_tenant(command.tenant));
  auto answer = as_json(tenant, TRY(folder->users().create(tenant.id, made)));
  if (generated) answer["password"] = made.password;
  return json::to_text(answer) + "\n";
}

base::Result<std::string> list_users(const UserCommand& command) {
  json::Array list;
  const auto folder = TRY(FolderDirectory::open_existing(command.data));
  auto tenants = folder ? TRY(folder->get().tenants()) : std::vector<auth::Tenant>();
  if (!command.tenant.empty()) {
    const auto named = folder ? TRY(folder->get().find_tenant(command.tenant)) : std::nullopt;
    if (!named) return fail(ErrorCode::not_found, "There is no tenant '" + command.tenant + "'.");
    tenants = {*named};
  }
  for (const auto& tenant : tenants)
    for (const auto& user : TRY(folder->users().list(tenant.id))) list.push_back(as_json(tenant, user));
  return json::to_text(list) + "\n";
}

base::Result<std::string> set_enabled(const UserCommand& command, bool enabled) {
  const auto folder = TRY(FolderDirectory::open(command.data));
  const auto tenant = TRY(folder->get().resolve_tenant(command.tenant));
  return json::to_text(as_json(tenant, TRY(folder->users().set_enabled(tenant.id, command.name, enabled)))) + "\n";
}

base::Result<std::string> set_password(const UserCommand& command) {
  const bool generated = command.password_file.empty();
  const std::string password = generated ? auth::generate_password() : TRY(read_password(command.password_file));
  const auto folder = TRY(FolderDirectory::open(command.data));
  const auto tenant = TRY(folder->get().resolve_tenant(command.tenant));
  auto answer = as_json(tenant, TRY(folder->users().set_password(tenant.id, command.name, password)));
  if (generated) answer["password"] = password;
  return json::to_text(answer) + "\n";
}

void add_place(const Command& command, const std::shared_ptr<UserCommand>& options) {
  command.option("--tenant", options->tenant, "The user's tenant, by id or name, when there are several");
  command.option("--data", options->data, "Data folder").with_default();
}

void add_name(const Command& command, const std::shared_ptr<UserCommand>& options) {
  command.option("--name", options->name, "The name that the user signs in with: ana@contoso.example").required();
}

void add_password(const Command& command, const std::shared_ptr<UserCommand>& options) {
  command.option("--password-file", options->password_file,
                 "A file with the password in its one line, or - for standard input; without, one is made and printed");
}

void add_create(Command group, const std::shared_ptr<UserCommand>& options) {
  const Command create = group.command("create", "Create a user; prints tenantId, userId and a password as JSON");
  add_name(create, options);
  create.option("--display-name", options->display_name, "What people call the user");
  create
      .option("--role", options->roles,
              "A directory role: Security Reader, Security Operator or Security Administrator; may be repeated")
      .one_value_each();
  add_password(create, options);
  add_place(create, options);
  create.examples(
      "  vedette user create --name ana@contoso.example --role 'Security Operator'\n"
      "  vedette user create --name ben@contoso.example --role 'Security Reader' --password-file - < secret");
  create.action([options] { return print_answer(create_user(*options)); });
}

}  // namespace

void add_user_command(Command root) {
  const Command group = root.group("user", "Create and list the users of a tenant, who sign in with a password");
  const auto options = std::make_shared<UserCommand>();
  add_create(group, options);

  const Command list = group.command("list", "List the users as a JSON array");
  add_place(list, options);
  list.examples("  vedette user list --tenant contoso");
  list.action([options] { return print_answer(list_users(*options)); });

  for (const bool enabled : {false, true}) {
    const Command change = enabled ? group.command("enable", "Let a user sign in again")
                                   : group.command("disable", "Let a user in no more; ends all sessions at once");
    add_name(change, options);
    add_place(change, options);
    change.examples(std::string("  vedette user ") + (enabled ? "enable" : "disable") + " --name ana@contoso.example");
    change.action([options, enabled] { return print_answer(set_enabled(*options, enabled)); });
  }

  const Command password = group.command("password", "Give a user a new password; ends all sessions at once");
  add_name(password, options);
  add_password(password, options);
  add_place(password, options);
  password.examples("  vedette user password --name ana@contoso.example");
  password.action([options] { return print_answer(set_password(*options)); });
}

}  // namespace vedette::server
