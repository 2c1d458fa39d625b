"""Rules that trim and check static libraries with ardedup.

Every action declares its inputs and outputs, and uses no cache of its own: results are those of Bazel's local and remote
caches. Documentation: docs/bazel.md of the package.
"""

ArdedupInfo = provider(
    doc = "How ardedup is run.",
    fields = {
        "files": "depset of the files that a run needs",
        "main": "File of bin/ardedup.js, or a single executable",
        "node": "File of Node.js; None where main is an executable",
    },
)

# From Bazel 8 on, this needs load("@rules_cc//cc/common:cc_info.bzl", "CcInfo").
_CC_INFO = CcInfo  # buildifier: disable=native-cc-info

_ARCHIVES = [".a", ".lib", ".rlib", ".lo"]

def _ardedup_tool_impl(ctx):
    if len(ctx.files.main) != 1:
        fail("ardedup_tool %s: expected one file in main, got %d" % (ctx.label, len(ctx.files.main)))
    node = ctx.file.node
    main = ctx.files.main[0]
    if node == None and main.extension in ["js", "mjs", "cjs"]:
        fail("ardedup_tool %s: %s is run by Node.js: name it in node" % (ctx.label, main.short_path))
    return [ArdedupInfo(
        files = depset(([node] if node else []) + [main] + ctx.files.data),
        node = node,
        main = main,
    )]

ardedup_tool = rule(
    implementation = _ardedup_tool_impl,
    doc = "ardedup as a tool of the other rules: Node.js with the npm package, or a single executable.",
    attrs = {
        "data": attr.label_list(
            allow_files = True,
            doc = "the other files of the npm package: dist, package.json, schema, node_modules",
        ),
        "main": attr.label(
            allow_files = True,
            mandatory = True,
            doc = "bin/ardedup.js of the npm package, or a single executable",
        ),
        "node": attr.label(
            allow_single_file = True,
            doc = "the executable of Node.js, from 20 on",
        ),
    },
)

def _is_whole(file):
    """Whether Bazel links all members of an archive with this name: the output of a library with alwayslink."""
    return file.basename.endswith(".lo") or file.basename.endswith(".lo.lib")

def _libraries_of(deps):
    """The libraries that targets link, in link order, each once; shared ones where there is no static form."""
    libraries = []
    seen = {}
    for dep in deps:
        if _CC_INFO not in dep:
            continue
        for linker_input in dep[_CC_INFO].linking_context.linker_inputs.to_list():
            for library in linker_input.libraries:
                archive = library.pic_static_library or library.static_library
                shared = library.interface_library or library.resolved_symlink_dynamic_library
                file = archive or shared or library.dynamic_library
                if file and file.path not in seen:
                    seen[file.path] = True
                    libraries.append(struct(
                        file = file,
                        is_archive = bool(archive),
                        is_whole = bool(archive) and (library.alwayslink or _is_whole(file)),
                    ))
    return libraries

def _libraries_on_line(ctx):
    given = [
        struct(file = file, is_archive = True, is_whole = _is_whole(file))
        for file in ctx.files.archives
        if "." + file.extension in _ARCHIVES
    ]
    libraries = given + _libraries_of(ctx.attr.deps)
    if not _archives_of(libraries):
        fail("%s: no static library in archives or deps" % ctx.label)
    return libraries

def _archives_of(libraries):
    return [library.file for library in libraries if library.is_archive]

def _line_of(ctx, libraries, path_of):
    """The objects and libraries as arguments, in link order."""
    line = ctx.attr.linkopts + [path_of(file) for file in ctx.files.objects]
    for library in libraries:
        path = path_of(library.file)
        line += ["--whole-archive", path, "--no-whole-archive"] if library.is_whole else [path]
    return line

def _files_of(ctx, libraries):
    return ctx.files.objects + [library.file for library in libraries]

def _named(ctx, archives, name):
    """The archive of a line that an attribute names by its file name or path."""
    found = [archive for archive in archives if archive.basename == name or archive.short_path == name]
    if len(found) != 1:
        fail("%s: '%s' names %d of the static libraries: %s" % (
            ctx.label,
            name,
            len(found),
            ", ".join([archive.short_path for archive in archives]),
        ))
    return found[0]

def _line_options(ctx, archives, path_of):
    options = ["--no-config", "--linker", ctx.attr.linker]
    for name in ctx.attr.providers:
        options += ["--provider", path_of(_named(ctx, archives, name))]
    for pattern, name in sorted(ctx.attr.owners.items()):
        options += ["--owner", "%s=%s" % (pattern, path_of(_named(ctx, archives, name)))]
    return options + ctx.attr.options

# Of the shell alone. ardedup itself gets an empty PATH, so that no linker or compiler driver of the machine is asked: a
# result depends on declared inputs alone.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin"}

# Without these, Node.js follows links out of the sandbox, and finds files that no rule declares.
_IN_SANDBOX = ["--preserve-symlinks", "--preserve-symlinks-main"]

def _command_of(tool, path_of):
    if not tool.node:
        return [path_of(tool.main)]
    return [path_of(tool.node)] + _IN_SANDBOX + [path_of(tool.main)]

def _path(file):
    return file.path

def _runfile(file):
    return file.short_path

# $1: the folder of trimmed archives; $2: how many archives; then pairs of an archive and its output; then the command.
# Archives that stay as they are are copied, since each output is declared.
_TRIM = """set -eu
folder=$1; count=$2; shift 2
pairs=("${@:1:$((2 * count))}"); shift $((2 * count))
rm -rf "$folder"
PATH= "$@"
for ((at = 0; at < count; at++)); do
  archive=${pairs[2 * at]}; output=${pairs[2 * at + 1]}
  trimmed=$folder/${archive##*/}
  if [ -e "$trimmed" ]; then mv -f "$trimmed" "$output"; else cp -f "$archive" "$output"; fi
done
rm -rf "$folder"
"""

def _output_name(library):
    """The name of a trimmed library, by which Bazel still tells that all of its members are linked."""
    name = library.file.basename
    if not library.is_whole or _is_whole(library.file):
        return name
    extension = library.file.extension
    return name[:-len(extension)] + ("lo.lib" if extension == "lib" else "lo")

def _ardedup_trim_impl(ctx):
    tool = ctx.attr.ardedup[ArdedupInfo]
    libraries = _libraries_on_line(ctx)
    archives = _archives_of(libraries)
    names = {}
    outputs = []
    for library in libraries:
        if not library.is_archive:
            continue
        name = library.file.basename
        if name in names:
            fail("%s: two static libraries are called %s" % (ctx.label, name))
        names[name] = True
        outputs.append(ctx.actions.declare_file("%s/%s" % (ctx.label.name, _output_name(library))))
    plan = ctx.actions.declare_file("%s/plan.json" % ctx.label.name)
    folder = plan.dirname + "/.trimmed"
    pairs = []
    for archive, output in zip(archives, outputs):
        pairs += [archive.path, output.path]
    arguments = [folder, str(len(archives))] + pairs + _command_of(tool, _path)
    arguments += ["trim", "--quiet", "--out-dir", folder, "--plan", plan.path]
    arguments += _line_options(ctx, archives, _path)
    arguments += _line_of(ctx, libraries, _path)
    ctx.actions.run_shell(
        command = _TRIM,
        arguments = arguments,
        inputs = depset(_files_of(ctx, libraries), transitive = [tool.files]),
        outputs = outputs + [plan],
        env = _ENVIRONMENT,
        mnemonic = "ArdedupTrim",
        progress_message = "Trimming static libraries of %s" % ctx.label,
    )
    return [
        DefaultInfo(files = depset(outputs), runfiles = ctx.runfiles(files = outputs)),
        OutputGroupInfo(plan = depset([plan])),
    ]

_LINE = {
    "archives": attr.label_list(
        allow_files = _ARCHIVES,
        doc = "static libraries, in link order; of one that ends in .lo, all members are linked",
    ),
    "ardedup": attr.label(
        mandatory = True,
        providers = [ArdedupInfo],
        cfg = "exec",
        doc = "the ardedup_tool to run",
    ),
    "deps": attr.label_list(
        doc = "C++ targets whose libraries follow `archives`, in link order",
    ),
    "linker": attr.string(
        default = "any",
        doc = "the linker that reads the line; any: the result is right for each",
    ),
    "linkopts": attr.string_list(
        doc = "options of the link that decide what it loads, such as -u or --export-dynamic",
    ),
    "objects": attr.label_list(
        allow_files = [".o", ".obj"],
        doc = "objects of the program; without any, every exported C symbol counts as used",
    ),
    "options": attr.string_list(
        doc = "further options of the command",
    ),
    "owners": attr.string_dict(
        doc = "from a pattern of crates or symbols to the file name of the archive whose copies stay",
    ),
    "providers": attr.string_list(
        doc = "file names of the archives whose copies stay",
    ),
}

ardedup_trim = rule(
    implementation = _ardedup_trim_impl,
    doc = "Static libraries without their duplicate members, under their own names. Output group `plan`: the plan.",
    attrs = _LINE,
)

def _quoted(word):
    return "'" + word.replace("'", "'\\''") + "'"

def _test_impl(ctx, command):
    tool = ctx.attr.ardedup[ArdedupInfo]
    libraries = _libraries_on_line(ctx)
    words = _command_of(tool, _runfile) + command(ctx, libraries)
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(
        script,
        "#!/bin/sh\nexport PATH=\nexec %s\n" % " ".join([_quoted(word) for word in words]),
        is_executable = True,
    )
    files = depset(_files_of(ctx, libraries), transitive = [tool.files])
    return [DefaultInfo(executable = script, runfiles = ctx.runfiles(transitive_files = files))]

def _check_command(ctx, libraries):
    options = _line_options(ctx, _archives_of(libraries), _runfile)
    return ["check"] + options + _line_of(ctx, libraries, _runfile)

def _fix_command(ctx, libraries):
    line = _line_of(ctx, libraries, _runfile)
    if not ctx.files.objects:
        fail("%s: fix needs the objects of the program" % ctx.label)
    return ["fix", "--linker", ctx.attr.linker] + ctx.attr.options + ["--", "ld"] + line

def _ardedup_check_test_impl(ctx):
    return _test_impl(ctx, _check_command)

def _ardedup_fix_test_impl(ctx):
    return _test_impl(ctx, _fix_command)

ardedup_check_test = rule(
    implementation = _ardedup_check_test_impl,
    doc = "Passes if `ardedup check` has no finding for the static libraries and objects.",
    attrs = _LINE,
    test = True,
)

ardedup_fix_test = rule(
    implementation = _ardedup_fix_test_impl,
    doc = "Passes if `ardedup fix` has nothing to fix in the link of the objects and static libraries.",
    attrs = _LINE,
    test = True,
)

def _check_library(ctx, tool, archive):
    """An action that checks one static library; its report is the output."""
    report = ctx.actions.declare_file("%s.%s.ardedup.txt" % (ctx.label.name, archive.basename))
    ctx.actions.run_shell(
        command = 'report=$1; shift; PATH= "$@" > "$report" || { status=$?; cat "$report" >&2; exit $status; }',
        arguments = [report.path] + _command_of(tool, _path) + ["check", "--no-config", archive.path],
        inputs = depset([archive], transitive = [tool.files]),
        outputs = [report],
        env = _ENVIRONMENT,
        mnemonic = "ArdedupCheck",
        progress_message = "Checking %s" % archive.short_path,
    )
    return report

def _own_libraries(target):
    """The static libraries that a target adds itself."""
    if _CC_INFO not in target:
        return []
    libraries = []
    for linker_input in target[_CC_INFO].linking_context.linker_inputs.to_list():
        if linker_input.owner != target.label:
            continue
        for library in linker_input.libraries:
            archive = library.pic_static_library or library.static_library
            if archive:
                libraries.append(archive)
    return libraries

def _ardedup_check_aspect_impl(target, ctx):
    tool = ctx.attr._ardedup[ArdedupInfo]
    reports = [_check_library(ctx, tool, archive) for archive in _own_libraries(target)]
    below = [
        dep[OutputGroupInfo].ardedup
        for dep in getattr(ctx.rule.attr, "deps", [])
        if OutputGroupInfo in dep and hasattr(dep[OutputGroupInfo], "ardedup")
    ]
    return [OutputGroupInfo(ardedup = depset(reports, transitive = below))]

def ardedup_check_aspect(ardedup):
    """An aspect that checks each static library that a target links, one action for each library.

    Args:
      ardedup: label of the ardedup_tool to run

    Returns:
      the aspect, to be assigned to a name of a .bzl file; its output group is `ardedup`
    """
    return aspect(
        implementation = _ardedup_check_aspect_impl,
        attr_aspects = ["deps"],
        attrs = {"_ardedup": attr.label(default = ardedup, providers = [ArdedupInfo], cfg = "exec")},
    )
