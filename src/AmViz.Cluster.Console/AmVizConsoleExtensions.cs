using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AmViz.Cluster.Console;

/// <summary>Adds the console to a web host.</summary>
public static class AmVizConsoleExtensions
{
    /// <summary>Where it is.</summary>
    public const string Root = "/console/";

    /// <summary>Maps its files, which answer without a key: there is nothing in them that is not in the program, and all that a page shows comes from the API with the key of whoever looks.</summary>
    /// <param name="app">The host.</param>
    public static void MapAmVizConsole(this IEndpointRouteBuilder app)
    {
        var files = ConsoleFiles.Load();
        app.MapGet($"{Root}{{name?}}", (HttpContext context, string? name) => name is null && !context.Request.Path.Value!.EndsWith('/')
            ? ToRootAsync(context)
            : files.AnswerAsync(context, name ?? ConsoleFiles.Page)).ExcludeFromDescription();
        app.MapGet("/", ToRootAsync).ExcludeFromDescription();
    }

    // Relative, so that it holds behind a proxy that serves the port below a path; with the slash, without which the page would not find its files.
    private static Task ToRootAsync(HttpContext context)
    {
        context.Response.Redirect(Root[1..]);
        return Task.CompletedTask;
    }
}
