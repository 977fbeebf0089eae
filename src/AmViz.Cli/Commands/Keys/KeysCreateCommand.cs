using AmViz.Cli.Options;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Api;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz keys create</c>: makes an access key.</summary>
internal sealed class KeysCreateCommand : KeyCommand
{
    private readonly Argument<string> _name = new("name") { Description = "What people call it, such as who or what has it: letters, digits, '.', '_', '-' and '@'." };

    private readonly Option<AccessRole?> _role = WordOption.Create<AccessRole>(
        "--role", "read: sweeps, results, devices; submit: also submits and controls sweeps; admin: everything. Default: read.");

    private readonly LifetimeOption _expires = new("How long it opens the API, in days, hours or minutes. Default: until it is revoked.");

    private readonly Option<int?> _maxChannels = NumberOption.Whole("--max-channels", "5000", "Channels that all live sweeps submitted with it may have open together. Default: any number.");

    private readonly Option<int?> _maxPriority = NumberOption.Whole("--max-priority", "0", "Highest priority that it may give a sweep. Default: any.");

    private readonly Option<string[]> _pools = ListOption.Texts("--pools", "POOL[,POOL..]", "Pools that its sweeps must be bound to one of. Default: none is needed.");

    public KeysCreateCommand(CommandContext context)
        : base(
            context, "create", "Make an access key and print it once.",
            "amviz keys create alice --role submit --expires 90d --store folder:/data/amviz",
            "amviz keys create guests --role submit --max-channels 5000 --max-priority 0 --pools small --store folder:/data/amviz",
            "amviz keys create dashboard --role read --store folder:/data/amviz --json")
    {
        Add(_name);
        Add(_role);
        _expires.AddTo(this);
        Add(_maxChannels);
        Add(_maxPriority);
        Add(_pools);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(AccessKeys keys, ParseResult result, CancellationToken cancellationToken)
    {
        var (name, lifetime) = (result.GetRequiredValue(_name), _expires.Read(result));
        if (!AccessKey.IsName(name))
        {
            throw new UsageException($"'{name}' cannot name a key. Expected 1 to 63 letters, digits, '.', '_', '-' and '@', such as alice@example.com.");
        }

        WriteNew(result, await keys.CreateAsync(name, result.GetValue(_role) ?? AccessRole.Read, lifetime, cancellationToken, ReadQuota(result)));
        return ExitCode.Done;
    }

    private KeyQuota? ReadQuota(ParseResult result)
    {
        var (channels, pools) = (result.GetValue(_maxChannels), result.GetValue(_pools) is { Length: > 0 } given ? given : null);
        if (channels < 1)
        {
            throw new UsageException($"{_maxChannels.Name}: {channels} is out of range. Expected at least 1.");
        }

        if (pools?.FirstOrDefault(pool => !DevicePool.IsName(pool)) is { } wrong)
        {
            throw new UsageException($"{_pools.Name}: '{wrong}' is not the name of a pool. Expected up to 63 small letters, digits and hyphens.");
        }

        var quota = new KeyQuota { MaxChannels = channels, MaxPriority = result.GetValue(_maxPriority), Pools = pools };
        return quota.IsEmpty ? null : quota;
    }
}
