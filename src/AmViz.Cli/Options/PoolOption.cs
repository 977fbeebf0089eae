using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Options;

/// <summary><c>--pool</c>: a group of devices.</summary>
internal sealed class PoolOption(string description, bool mayBeAny)
{
    private readonly Option<string?> _pool = new("--pool") { Description = description, HelpName = "NAME" };

    /// <summary>Puts the option on a command.</summary>
    public void AddTo(Command command) => command.Add(_pool);

    /// <summary>What is asked for; null: nothing.</summary>
    /// <exception cref="UsageException">It is no name of a pool.</exception>
    public string? Read(ParseResult result)
        => result.GetValue(_pool) is not { } name || DevicePool.IsName(name) || (mayBeAny && name == DevicePool.Any)
            ? result.GetValue(_pool)
            : throw new UsageException($"--pool: '{name}' is not the name of a pool. Expected up to 63 small letters, digits and hyphens, such as gpu-a100; '{DevicePool.Any}' {(mayBeAny ? "stands for all" : "is no pool, it stands for all of them")}.");
}
