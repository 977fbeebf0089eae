using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using HandlebarsDotNet;

namespace AmViz.Atlas.Output;

/// <summary>The pages of this assembly (folder Pages), compiled once. Values are escaped unless a template says otherwise.</summary>
internal static class PageTemplates
{
    private static readonly string[] Assets = ["atlas.css", "atlas.js"];
    private static readonly string[] Partials = ["card", "facts", "layout", "recipe"];
    private static readonly string[] Pages = ["home", "layer", "model", "sweep"];

    // Not of an atlas: a page that holds all it needs.
    private static readonly string[] Standalone = ["quiz"];

    private static readonly Dictionary<string, HandlebarsTemplate<object, object>> Compiled = Compile();

    /// <summary>Changes whenever any template, style or script of an atlas does.</summary>
    public static string Version { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(Assets.Concat(Partials.Concat(Pages).Select(name => $"{name}.html")).Select(Read)))))[..12];

    /// <summary>Fills in a page; a name in the template that the view does not have is an error.</summary>
    public static string Render(string page, object view) => Compiled[page](view);

    /// <summary>Writes style and script.</summary>
    public static async Task WriteAssetsAsync(AtlasFolder folder, CancellationToken cancellationToken)
    {
        foreach (var asset in Assets)
        {
            await folder.WriteAsync($"assets/{asset}", Read(asset), cancellationToken);
        }
    }

    private static Dictionary<string, HandlebarsTemplate<object, object>> Compile()
    {
        var handlebars = Handlebars.Create(new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = true });
        foreach (var partial in Partials)
        {
            handlebars.RegisterTemplate(partial, Read($"{partial}.html"));
        }

        return Pages.Concat(Standalone).ToDictionary(page => page, page => handlebars.Compile(Read($"{page}.html")), StringComparer.Ordinal);
    }

    /// <summary>A template, style or script as it stands in the folder Pages.</summary>
    public static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its page '{name}'.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
