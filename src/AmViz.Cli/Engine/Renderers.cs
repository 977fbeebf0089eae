namespace AmViz.Cli.Engine;

/// <summary>The renderers of one command, disposed of together.</summary>
internal sealed class Renderers(IReadOnlyList<IChannelRenderer> all) : IDisposable
{
    /// <summary>At least one.</summary>
    public IReadOnlyList<IChannelRenderer> All => all;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var renderer in all)
        {
            (renderer as IDisposable)?.Dispose();
        }
    }
}
