using System.Net;
using AmViz.Cli.Settings;
using AmViz.Cluster.Client;
using AmViz.Cluster.Silo;

namespace AmViz.Cli.Options;

/// <summary><c>--http-port</c>, <c>--http-address</c>, <c>--dashboard</c> and <c>--stuck-after</c>: what of a silo can be seen from outside.</summary>
internal sealed class HttpOptions(AmVizSettings settings)
{
    private const int HighestPort = 65535;
    private const int LongestWait = 7 * 86400;

    private readonly Option<int?> _port = NumberOption.Whole(
        "--http-port", "8080", "Port for /health/startup, /health/ready, /health/live, /metrics and, unless --role is gpu, the API below /api/v1; 0 takes a free one. Default: none is opened.");

    private readonly Option<string?> _address = new("--http-address") { Description = "Address that this port is opened on. Default: 0.0.0.0, all of the machine.", HelpName = "IP" };

    private readonly Option<string?> _tls = new("--http-tls")
    {
        Description = "Folder with tls.crt and tls.key (PEM), by which this port speaks HTTPS; they are read again when they change. Default: plain HTTP.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _dashboard = new("--dashboard")
    {
        Description = "Show the Orleans Dashboard under /dashboard of that port, to whoever knows the token in AMVIZ__Dashboard__Token. All silos of a cluster have it, or none.",
    };

    private readonly Option<double?> _stuckAfter = NumberOption.Real(
        "--stuck-after", "600", "Seconds without a step after which /health/live calls a device with a batch in hand stuck. Default: 600.");

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_port);
        command.Add(_address);
        command.Add(_tls);
        command.Add(_dashboard);
        command.Add(_stuckAfter);
    }

    /// <summary>What is asked for.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="onTrouble">Told later, when changed certificates cannot be used.</param>
    /// <exception cref="UsageException">Everything that cannot be used.</exception>
    public ObservatoryOptions Read(ParseResult result, Action<string> onTrouble)
    {
        var problems = new List<string>();
        var defaults = new ObservatoryOptions();
        var (port, address, stuckAfter) = (result.GetValue(_port), defaults.HttpAddress, result.GetValue(_stuckAfter) ?? defaults.StuckAfter.TotalSeconds);
        if (port is < 0 or > HighestPort)
        {
            problems.Add($"{_port.Name}: {port} is not a port. Expected 1 to {HighestPort}, or 0 for a free one.");
        }

        if (result.GetValue(_address) is { } text && !IPAddress.TryParse(text, out address!))
        {
            problems.Add($"{_address.Name}: '{text}' is not an IP address. Expected one of this machine, or 0.0.0.0 for all.");
        }

        if (stuckAfter is < 1 or > LongestWait)
        {
            problems.Add(FormattableString.Invariant($"{_stuckAfter.Name}: {stuckAfter} is out of range. Expected 1 to {LongestWait} seconds."));
        }

        var certificate = result.GetValue(_tls) is { } folder ? Certificate(port, folder, onTrouble, problems) : null;
        var dashboard = result.GetValue(_dashboard) ? Dashboard(port, problems) : null;
        return problems.Count == 0
            ? defaults with { HttpPort = port, HttpAddress = address, Certificate = certificate, Dashboard = dashboard, StuckAfter = TimeSpan.FromSeconds(stuckAfter) }
            : throw new UsageException(problems);
    }

    private HttpCertificate? Certificate(int? port, string folder, Action<string> onTrouble, List<string> problems)
    {
        if (port is null)
        {
            problems.Add($"{_tls.Name} needs a port. Give one with {_port.Name} 8080.");
        }

        try
        {
            return HttpCertificate.Open(folder, TimeProvider.System, onTrouble);
        }
        catch (ClusterCertificateException e)
        {
            problems.Add($"{_tls.Name}: {e.Message}");
            return null;
        }
    }

    private DashboardAccess? Dashboard(int? port, List<string> problems)
    {
        if (port is null)
        {
            problems.Add($"{_dashboard.Name} needs a port. Give one with {_port.Name} 8080.");
        }

        if (settings.Dashboard.Token is { Length: >= DashboardAccess.ShortestToken } token)
        {
            return new(token);
        }

        problems.Add(
            $"{_dashboard.Name} shows keys and logs of the whole cluster and needs a token in AMVIZ__Dashboard__Token; found {settings.Dashboard.Token?.Length ?? 0} characters. Expected at least {DashboardAccess.ShortestToken}, such as the output of 'openssl rand -hex 24'.");
        return null;
    }
}
