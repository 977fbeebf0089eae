using AmViz.TestKit;

[assembly: AssemblyFixture(typeof(AmViz.Cli.Tests.ConfigFolder))]

namespace AmViz.Cli.Tests;

/// <summary>Keeps access keys out of the home of whoever runs the tests, and theirs out of the tests.</summary>
public sealed class ConfigFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ConfigFolder()
    {
        Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", _folder.Path);
        Environment.SetEnvironmentVariable("AMVIZ_KEY", null);
        Environment.SetEnvironmentVariable("AMVIZ_CA", null);
    }

    public void Dispose() => _folder.Dispose();
}
