using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AmViz.Cli.Settings;

/// <summary>Reads <see cref="AmVizSettings"/>.</summary>
/// <remarks>
/// Not by <c>ConfigurationBinder</c>: that stops at the first section with a mistake, knows neither ranges nor the nearest key nor the
/// word <c>auto</c>, and turns a null of the file into 0 threads.
/// </remarks>
internal static class SettingsReader
{
    /// <summary>Name of the settings file in the working folder.</summary>
    public const string FileName = "amviz.json";

    /// <summary>Beginning of every environment variable that is a setting.</summary>
    public const string Prefix = "AMVIZ__";

    private static readonly Dictionary<string, string[]> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Network"] = ["Model", "Weights"],
        ["Device"] = ["Name", "Threads", "Batch"],
        ["Cache"] = ["MaxBytes"],
        ["Storage"] = ["Azure"],
        ["Storage:Azure"] = ["ConnectionString", "AccountUrl", "ServiceVersion"],
        ["Dashboard"] = ["Token"],
        ["Oidc"] = ["Issuer", "Audience", "RoleClaim", "Read", "Submit", "Admin"],
        ["Cluster"] = ["Address", "ClusterId", "ServiceId", "Tls", "ProbeSeconds", "AliveSeconds", "LeaseSeconds"],
    };

    /// <summary>Settings of a working folder and of this process's environment.</summary>
    /// <exception cref="UsageException">Every setting that cannot be used.</exception>
    public static AmVizSettings Read(string folder)
    {
        try
        {
            return Read(new ConfigurationBuilder()
                .SetBasePath(Path.GetFullPath(folder))
                .AddJsonFile(FileName, optional: true)
                .AddEnvironmentVariables(Prefix)
                .Build());
        }
        catch (InvalidDataException exception)
        {
            throw new UsageException($"{FileName}: {exception.InnerException?.Message ?? exception.Message} Mend it or move it away.");
        }
    }

    /// <summary>Settings of a configuration.</summary>
    /// <exception cref="UsageException">Every setting that cannot be used.</exception>
    internal static AmVizSettings Read(IConfiguration configuration)
    {
        var problems = new List<string>(UnknownKeys(configuration));
        var settings = new AmVizSettings
        {
            Model = configuration["Network:Model"],
            Weights = configuration["Network:Weights"],
            Device = configuration["Device:Name"] ?? new AmVizSettings().Device,
            Threads = Count(configuration, "Device:Threads", problems) ?? new AmVizSettings().Threads,
            Batch = configuration["Device:Batch"] is "auto" ? null : Count(configuration, "Device:Batch", problems),
            Cache = new() { MaxBytes = Whole(configuration, "Cache:MaxBytes", long.MaxValue, problems) },
            Azure = new()
            {
                ConnectionString = configuration["Storage:Azure:ConnectionString"],
                AccountUrl = configuration["Storage:Azure:AccountUrl"],
                ServiceVersion = configuration["Storage:Azure:ServiceVersion"],
            },
            Dashboard = new() { Token = configuration["Dashboard:Token"] },
            Oidc = new()
            {
                Issuer = configuration["Oidc:Issuer"],
                Audience = configuration["Oidc:Audience"],
                RoleClaim = configuration["Oidc:RoleClaim"],
                Read = configuration["Oidc:Read"],
                Submit = configuration["Oidc:Submit"],
                Admin = configuration["Oidc:Admin"],
            },
            Cluster = new()
            {
                Address = configuration["Cluster:Address"],
                ClusterId = configuration["Cluster:ClusterId"] ?? new ClusterSettings().ClusterId,
                ServiceId = configuration["Cluster:ServiceId"] ?? new ClusterSettings().ServiceId,
                Tls = configuration["Cluster:Tls"],
                ProbeSeconds = Count(configuration, "Cluster:ProbeSeconds", problems),
                AliveSeconds = Count(configuration, "Cluster:AliveSeconds", problems),
                LeaseSeconds = Count(configuration, "Cluster:LeaseSeconds", problems),
            },
        };
        return problems.Count == 0 ? settings : throw new UsageException(problems);
    }

    private static int? Count(IConfiguration configuration, string key, List<string> problems)
        => (int?)Whole(configuration, key, int.MaxValue, problems);

    private static long? Whole(IConfiguration configuration, string key, long most, List<string> problems)
    {
        if (configuration[key] is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most)
        {
            return number;
        }

        problems.Add($"The setting {key} is '{text}'. Expected a whole number of at least 1. It stands in {FileName} or in {Prefix}{key.Replace(":", "__", StringComparison.Ordinal)}.");
        return null;
    }

    // Only sections of the command line are looked at: a silo has settings of its own.
    private static IEnumerable<string> UnknownKeys(IConfiguration configuration)
        => from section in Known
           from key in configuration.GetSection(section.Key).GetChildren()
           where !section.Value.Contains(key.Key, StringComparer.OrdinalIgnoreCase)
           select $"There is no setting {section.Key}:{key.Key}.{Nearest.Question(key.Key, section.Value)} It stands in {FileName} or in {Prefix}{section.Key.Replace(":", "__", StringComparison.Ordinal)}__{key.Key}.";
}
