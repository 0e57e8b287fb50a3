/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding and loading the upstream plugin. Its state is static in its shared object: one instance, ours. */
#include "upstream/gateway.h"

#include <dlfcn.h>
#include <libconfig.h>
#include <string.h>

#define FAIL(error, ...) (g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_UPSTREAM, __VA_ARGS__), false)

/* The folder from which the core loaded us. */
static char *own_folder(void)
{
	Dl_info info;

	return dladdr(own_folder, &info) ? g_path_get_dirname(info.dli_fname) : g_strdup(".");
}

static char *find_file(const char *name)
{
	g_autofree char *own = own_folder();
	const char *const folders[] = {own, JANUS_PLUGINS, "/usr/lib/" MULTIARCH "/janus/plugins",
		"/usr/lib/janus/plugins", "/usr/local/lib/janus/plugins", "/opt/janus/lib/janus/plugins"};

	if (strchr(name, '/'))
		return g_file_test(name, G_FILE_TEST_EXISTS) ? g_strdup(name) : NULL;
	for (unsigned i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *path = g_build_filename(folders[i], name, NULL);

		if (g_file_test(path, G_FILE_TEST_EXISTS))
			return g_steal_pointer(&path);
	}
	return NULL;
}

/* Whether Janus's own configuration says not to load that file. Unreadable: no. */
static bool is_disabled(const char *config_folder, const char *file)
{
	g_autofree char *path = g_build_filename(config_folder, "janus.jcfg", NULL);
	const char *list = NULL;
	bool found = false;
	config_t config;

	config_init(&config);
	if (config_read_file(&config, path) && config_lookup_string(&config, "plugins.disable", &list)) {
		g_auto(GStrv) names = g_strsplit(list, ",", -1);

		for (unsigned i = 0; names[i] && !found; i++)
			found = strcmp(g_strstrip(names[i]), file) == 0;
	}
	config_destroy(&config);
	return found;
}

/* The core loads whatever lies in its plugins folder, perhaps after us. */
static bool will_be_loaded(const char *config_folder, const char *path)
{
	g_autofree char *own = own_folder();
	g_autofree char *file = g_path_get_basename(path);
	g_autofree char *beside = g_build_filename(own, file, NULL);

	return g_file_test(beside, G_FILE_TEST_EXISTS) && !is_disabled(config_folder, file);
}

static bool refuse_shared(const char *path, GError **error)
{
	g_autofree char *file = g_path_get_basename(path);

	return FAIL(error,
		"Janus itself loads %s as well, so media could be recorded past the gateway: write\n"
		"    plugins: { disable = \"%s\" }\n"
		"in janus.jcfg, or give Janus a plugins folder that holds the gateway only",
		path, file);
}

static bool is_loaded(const char *path)
{
	void *library = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);

	if (library)
		dlclose(library);
	return library != NULL;
}

static bool open_library(gateway *g, const char *path, GError **error)
{
	g->library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!g->library)
		return FAIL(error, "the upstream plugin cannot be loaded: %s", dlerror());
	create_p *make = (create_p *)dlsym(g->library, "create");
	g->upstream = make ? make() : NULL;
	if (!g->upstream)
		return FAIL(error, "%s is no Janus plugin: it has no create()", path);
	int api = g->upstream->get_api_compatibility ? g->upstream->get_api_compatibility() : 0;
	if (api != JANUS_PLUGIN_API_VERSION)
		return FAIL(error,
			"%s was built for plugin API %d, the gateway for %d: build the gateway against the "
			"headers of the Janus that runs",
			path, api, JANUS_PLUGIN_API_VERSION);
	return true;
}

/* Who is where, and what asks for recording, is known of VideoRoom alone. */
static void warn_of_others(const char *package)
{
	if (strcmp(package, "janus.plugin.videoroom") != 0)
		g_warning("the upstream plugin is %s: the gateway knows the requests of "
			  "janus.plugin.videoroom only, lets no others pass unless 'allowed_requests' lists "
			  "them, and captures nobody. Correct 'upstream' in janus.plugin.consent.jcfg",
			package);
}

bool upstream_load(gateway *g, const char *config_folder, GError **error)
{
	g_autofree char *path = find_file(g->settings->upstream);

	if (!path)
		return FAIL(error,
			"the upstream plugin %s was not found: set 'upstream' in janus.plugin.consent.jcfg "
			"to its path",
			g->settings->upstream);
	if (is_loaded(path) || will_be_loaded(config_folder, path))
		return refuse_shared(path, error);
	if (!open_library(g, path, error))
		return false;
	warn_of_others(g->upstream->get_package());
	g->media->incoming_rtp = g->upstream->incoming_rtp;
	return true;
}

void upstream_unload(gateway *g)
{
	g->upstream = NULL;
	if (g->library)
		dlclose(g->library);
	g->library = NULL;
}

bool upstream_is_shared(const gateway *g)
{
	janus_plugin *(*find)(const gchar *) =
		(janus_plugin * (*)(const gchar *)) dlsym(RTLD_DEFAULT, "janus_plugin_find");

	janus_plugin *other = find ? find(g->upstream->get_package()) : NULL;

	return other && other != g->self;
}
