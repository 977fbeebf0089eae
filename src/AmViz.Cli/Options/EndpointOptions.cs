using System.Net;

namespace AmViz.Cli.Options;

/// <summary><c>--advertise</c>, <c>--silo-port</c> and <c>--gateway-port</c>: where a silo is found.</summary>
internal sealed class EndpointOptions
{
    private const int HighestPort = 65535;

    private readonly Option<string?> _advertise = new("--advertise")
    {
        Description = "Address under which other silos and clients find this one, such as a pod's. Default: that of the interface from which Redis is reached.",
        HelpName = "IP",
    };

    private readonly Option<int?> _siloPort = NumberOption.Whole("--silo-port", "11111", "Port for other silos. Default: a free one.");

    private readonly Option<int?> _gatewayPort = NumberOption.Whole("--gateway-port", "30000", "Port for clients, on silos that coordinate. Default: a free one.");

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_advertise);
        command.Add(_siloPort);
        command.Add(_gatewayPort);
    }

    /// <summary>What is asked for; port 0: a free one.</summary>
    /// <exception cref="UsageException">Everything that cannot be used.</exception>
    public (IPAddress? Address, int SiloPort, int GatewayPort) Read(ParseResult result)
    {
        var problems = new List<string>();
        IPAddress? address = null;
        if (result.GetValue(_advertise) is { } text && !IPAddress.TryParse(text, out address))
        {
            problems.Add($"--advertise: '{text}' is not an IP address. Names are not taken: silos compare addresses.");
        }

        var ports = (Port(result, _siloPort, problems), Port(result, _gatewayPort, problems));
        return problems.Count == 0 ? (address, ports.Item1, ports.Item2) : throw new UsageException(problems);
    }

    private static int Port(ParseResult result, Option<int?> option, List<string> problems)
    {
        var port = result.GetValue(option) ?? 0;
        if (port is < 0 or > HighestPort)
        {
            problems.Add($"{option.Name}: {port} is not a port. Expected 1 to {HighestPort}.");
        }

        return port;
    }
}
