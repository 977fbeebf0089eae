using AmViz.Cli.Options;
using AmViz.Cluster.Api;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz keys create</c>: makes an access key.</summary>
internal sealed class KeysCreateCommand : KeyCommand
{
    private readonly Argument<string> _name = new("name") { Description = "What people call it, such as who or what has it: letters, digits, '.', '_', '-' and '@'." };

    private readonly Option<AccessRole?> _role = WordOption.Create<AccessRole>(
        "--role", "read: sweeps, results, devices; submit: also submits and controls sweeps; admin: everything. Default: read.");

    private readonly LifetimeOption _expires = new("How long it opens the API, in days, hours or minutes. Default: until it is revoked.");

    public KeysCreateCommand(CommandContext context)
        : base(
            context, "create", "Make an access key and print it once.",
            "amviz keys create alice --role submit --expires 90d --store folder:/data/amviz",
            "amviz keys create dashboard --role read --store folder:/data/amviz --json")
    {
        Add(_name);
        Add(_role);
        _expires.AddTo(this);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(AccessKeys keys, ParseResult result, CancellationToken cancellationToken)
    {
        var (name, lifetime) = (result.GetRequiredValue(_name), _expires.Read(result));
        if (!AccessKey.IsName(name))
        {
            throw new UsageException($"'{name}' cannot name a key. Expected 1 to 63 letters, digits, '.', '_', '-' and '@', such as alice@example.com.");
        }

        WriteNew(result, await keys.CreateAsync(name, result.GetValue(_role) ?? AccessRole.Read, lifetime, cancellationToken));
        return ExitCode.Done;
    }
}
