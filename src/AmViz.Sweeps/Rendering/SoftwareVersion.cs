using System.Reflection;

namespace AmViz.Sweeps;

/// <summary>The version that stands in records.</summary>
public static class SoftwareVersion
{
    /// <summary>Such as <c>0.1.0-alpha.0.12+3f2a9c1</c>.</summary>
    public static string Current { get; } =
        typeof(SoftwareVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
